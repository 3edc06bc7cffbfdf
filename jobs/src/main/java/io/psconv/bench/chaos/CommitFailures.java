package io.psconv.bench.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds, in what task managers said, Kafka transactions that the connector gave up.
 *
 * <p>Its committer drops a transaction that Kafka refuses and logs it; its counters do not outlive
 * the process, its log does. A transaction that turns out fenced while a task is restored does not
 * count: transactions are named from a pool, so one that the last run has committed already may
 * have lent its name to the next since. A refusal that makes the task fail does not count either:
 * it is tried again when the task is back. Should either have cost frames, they are missing from
 * the answers.
 */
final class CommitFailures {
    private static final Pattern LINE =
            Pattern.compile("\\S+ \\[(?<thread>.*?)] [A-Z]+ +(?<logger>\\S+) - (?<text>.*)");

    private static final String COMMITTER =
            "org.apache.flink.connector.kafka.sink.internal.KafkaCommitter";
    private static final String TASK = "org.apache.flink.runtime.taskmanager.Task";
    private static final String GIVEN_UP = "Unable to commit transaction";
    private static final String FENCED = "because its producer is already fenced";
    private static final String RESTORING = "switched from DEPLOYING to INITIALIZING";
    private static final String RESTORED = "switched from INITIALIZING to RUNNING";

    private CommitFailures() {}

    /**
     * Finds them.
     *
     * @param logs as {@link io.psconv.local.ClusterProcess#log} has them
     * @return the lines that tell of one
     */
    static List<String> find(List<Path> logs) throws IOException {
        List<String> failures = new ArrayList<>();
        for (Path log : logs) {
            try (Stream<String> lines = Files.lines(log, StandardCharsets.UTF_8)) {
                failures.addAll(find(lines));
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
        return failures;
    }

    /** Finds them in the lines of one process. */
    static List<String> find(Stream<String> lines) {
        // A task's thread is named after the task and its attempt, which another JobManager counts
        // from 0 again.
        Set<String> running = new HashSet<>();
        List<String> failures = new ArrayList<>();
        lines.map(LINE::matcher)
                .filter(Matcher::matches)
                .forEach(
                        line -> {
                            String thread = line.group("thread");
                            String text = line.group("text");
                            if (line.group("logger").equals(TASK)) {
                                if (text.contains(RESTORING)) {
                                    running.remove(thread);
                                } else if (text.contains(RESTORED)) {
                                    running.add(thread);
                                }
                            } else if (line.group("logger").equals(COMMITTER)
                                    && text.startsWith(GIVEN_UP)
                                    && (running.contains(thread) || !text.contains(FENCED))) {
                                failures.add(line.group());
                            }
                        });
        return failures;
    }
}
