package io.psconv.tests.security;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** Everything that this JVM logs, down to debugging, until it is closed. */
public final class LogCapture implements AutoCloseable {
    private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
    private final Kept kept = new Kept();

    public LogCapture() {
        kept.start();
        LoggerConfig root = context.getConfiguration().getRootLogger();
        // This much would drown the test's own output.
        List.copyOf(root.getAppenders().keySet()).forEach(root::removeAppender);
        root.addAppender(kept, Level.ALL, null);
        Configurator.setAllLevels(LogManager.ROOT_LOGGER_NAME, Level.DEBUG);
    }

    /** What was logged so far, with stack traces. */
    public String text() {
        return kept.text();
    }

    @Override
    public void close() {
        context.reconfigure();
        kept.stop();
    }

    private static final class Kept extends AbstractAppender {
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        Kept() {
            super("kept", null, null, false, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            StringWriter line = new StringWriter();
            line.append(event.getLoggerName())
                    .append(": ")
                    .append(event.getMessage().getFormattedMessage())
                    .append('\n');
            if (event.getThrown() != null) {
                event.getThrown().printStackTrace(new PrintWriter(line, true));
            }
            lines.add(line.toString());
        }

        String text() {
            return String.join("", lines);
        }
    }
}
