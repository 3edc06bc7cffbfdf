package io.psconv.cli;

import io.psconv.cli.FrameProducer.Settings;
import io.psconv.cli.FrameProducer.Summary;
import io.psconv.cli.FrameProducer.Timestamps;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.kafka.TopicCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Plays a folder of images or a clip into Kafka as one camera. */
@Command(
        name = "produce",
        description = "Sends a folder of images or a motion-JPEG file to Kafka as one camera.")
final class ProduceCommand implements Callable<Integer> {
    private static final double MAX_RATE = 100_000;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Mixin
    private KafkaArguments kafka;

    @SuppressWarnings("NullAway.Init") // Required, hence set by picocli.
    @ArgGroup(exclusive = true, multiplicity = "1")
    private Input input;

    @Option(
            names = "--topic",
            defaultValue = "frames",
            description = "Topic to write to; ${DEFAULT-VALUE} if not given.")
    private String topic = "frames";

    @Option(
            names = "--camera",
            paramLabel = "ID",
            description = "Key of every frame; the name of the folder or file if not given.")
    private @Nullable String camera;

    @Option(
            names = "--rate",
            paramLabel = "FPS",
            defaultValue = "25",
            description = "Frames a second, up to 100000; ${DEFAULT-VALUE} if not given.")
    private double rate;

    @Option(names = "--loop", description = "Start over after the last frame, until Ctrl-C.")
    private boolean loop;

    @Option(names = "--limit", paramLabel = "N", description = "End after so many frames.")
    private @Nullable Long limit;

    @Option(
            names = "--timestamps",
            paramLabel = "now|capture",
            defaultValue = "now",
            description = {
                "now: each frame is stamped when it is sent.",
                "capture: when it is due at this rate, as a camera would.",
                "${DEFAULT-VALUE} if not given."
            })
    private Timestamps timestamps = Timestamps.NOW;

    @Option(
            names = "--create-topic",
            description = "Create the topic, with one partition, if it does not exist.")
    private boolean createTopic;

    /** Where the frames are. */
    static final class Input {
        @Option(names = "--dir", paramLabel = "FOLDER", description = "Images, sent by name.")
        private @Nullable Path folder;

        @Option(names = "--file", paramLabel = "FILE", description = "Motion-JPEG file.")
        private @Nullable Path file;

        Path path() throws IOException {
            if (folder != null) {
                if (Files.exists(folder) && !Files.isDirectory(folder)) {
                    throw new IllegalArgumentException(
                            "'" + folder + "' is not a folder; use --file for a clip");
                }
                return folder;
            }
            if (file != null && !Files.isDirectory(file)) {
                return file;
            }
            throw new IllegalArgumentException("'" + file + "' is a folder; use --dir for images");
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        checkArguments();
        Path path = input.path();
        long available = FrameFiles.count(path);
        KafkaProperties properties = kafka.toProperties();
        checkTopic(properties);
        long count = limit != null ? limit : loop ? Long.MAX_VALUE : available;
        long expected = loop ? count : Math.min(count, available);
        Settings settings = new Settings(topic, cameraOf(path), rate, loop, expected, timestamps);
        try (StopSignal stop = new StopSignal();
                FrameProducer producer = new FrameProducer(properties, settings)) {
            Summary summary = send(producer, path, stop, expected);
            print(summary, settings);
        }
        return 0;
    }

    private static Summary send(FrameProducer producer, Path path, StopSignal stop, long expected)
            throws IOException, InterruptedException {
        @Nullable ProgressBar bar = Progress.bar("produce", "frames", expected);
        try {
            return producer.send(
                    path,
                    stop,
                    sent -> {
                        if (bar != null) {
                            bar.stepTo(sent);
                        }
                    });
        } finally {
            if (bar != null) {
                bar.close();
            }
        }
    }

    private void checkArguments() {
        if (!(rate > 0 && rate <= MAX_RATE)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--rate was '" + rate + "' but it must be above 0 and at most 100000");
        }
        if (limit != null && limit < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--limit was '" + limit + "' but it must be at least 1");
        }
    }

    private void checkTopic(KafkaProperties properties) {
        try (TopicCheck check = new TopicCheck(properties)) {
            if (createTopic) {
                check.createMissing(List.of(topic), 1);
            } else {
                check.requireTopics(List.of(topic));
            }
        }
    }

    private String cameraOf(Path path) {
        if (camera != null) {
            return camera;
        }
        @Nullable Path name = path.toAbsolutePath().normalize().getFileName();
        return name == null ? "camera" : name.toString().replaceFirst("\\.[^.]+$", "");
    }

    private void print(Summary summary, Settings settings) {
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "sent %d frames (%.1f MB) of camera '%s' to topic '%s' in %.1f s; the"
                                + " latest was %.0f ms late%n",
                        summary.frames(),
                        summary.bytes() / 1e6,
                        settings.camera(),
                        settings.topic(),
                        summary.elapsedNanos() / 1e9,
                        summary.maxLateNanos() / 1e6);
        spec.commandLine().getOut().flush();
    }
}
