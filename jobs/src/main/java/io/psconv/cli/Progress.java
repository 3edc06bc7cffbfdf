package io.psconv.cli;

import java.io.PrintStream;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Progress bars on standard error, where that is a terminal. */
final class Progress {
    /** Set by the launcher, which can tell; the JVM cannot for standard error alone. */
    private static final String TERMINAL = "psconv.terminal";

    /** Set by the launcher: characters in a line of the terminal. */
    private static final String COLUMNS = "psconv.columns";

    private static final int DEFAULT_COLUMNS = 80;
    private static final int MIN_COLUMNS = 40;
    private static final int UPDATE_MILLIS = 200;

    private Progress() {}

    /**
     * A bar, to be closed.
     *
     * @param unit what is counted
     * @param expected how many; {@link Long#MAX_VALUE} for no end
     * @return null where nobody would see it
     */
    static @Nullable ProgressBar bar(String task, String unit, long expected) {
        if (!Boolean.getBoolean(TERMINAL)) {
            return null;
        }
        int columns = Math.max(MIN_COLUMNS, Integer.getInteger(COLUMNS, DEFAULT_COLUMNS));
        return new ProgressBarBuilder()
                .setTaskName(task)
                .setUnit(" " + unit, 1)
                .setInitialMax(expected == Long.MAX_VALUE ? -1 : expected)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setStyle(ProgressBarStyle.ASCII)
                .setConsumer(new Line(System.err, columns - 1))
                .showSpeed()
                .build();
    }

    /**
     * Writes the bar over itself in one line.
     *
     * <p>The library's own way opens the terminal with JLine, which puts the system's handling of
     * Ctrl-C in place of the JVM's: shutdown hooks would not run any more.
     */
    private record Line(PrintStream out, int getMaxRenderedLength) implements ProgressBarConsumer {
        @Override
        public void accept(String text) {
            out.print("\r" + text);
            out.flush();
        }

        @Override
        public void close() {
            out.println();
            out.flush();
        }
    }
}
