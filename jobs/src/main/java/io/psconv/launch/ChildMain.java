package io.psconv.launch;

import java.io.IOException;
import java.util.Arrays;

/**
 * Runs another class's {@code main} in a process that must not outlive the one that started it.
 *
 * <p>Standard input is a pipe that the parent holds open and never writes to. The system closes it
 * however the parent ends, {@code kill -9} included, and the end of it ends this process at once.
 */
public final class ChildMain {
    private static final int PARENT_IS_GONE = 3;

    private ChildMain() {}

    /**
     * Runs a program.
     *
     * @param arguments name of the class with the {@code main} to run, then its own arguments
     */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        Thread watch = new Thread(ChildMain::endWithParent, "psconv-parent-watch");
        watch.setDaemon(true);
        watch.start();
        String[] own = Arrays.copyOfRange(arguments, 1, arguments.length);
        Class.forName(arguments[0]).getMethod("main", String[].class).invoke(null, (Object) own);
    }

    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is ever written; only the end matters.
            }
        } catch (IOException e) {
            // As good as the end.
        }
        Runtime.getRuntime().halt(PARENT_IS_GONE);
    }
}
