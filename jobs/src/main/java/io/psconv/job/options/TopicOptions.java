package io.psconv.job.options;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The topics of the classify job.
 *
 * @param frames frames come from here
 * @param classifications classifications go here
 * @param rejectedFrames frames that cannot be classified go here
 * @param cameraEvents what becomes of cameras goes here, or null
 * @param decisions decisions that change the model come from here, or null
 */
public record TopicOptions(
        String frames,
        String classifications,
        String rejectedFrames,
        @Nullable String cameraEvents,
        @Nullable String decisions) {
    /** Kafka's own rule, and its longest name. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

    public TopicOptions {
        check(ClassifyConfigOptions.FRAMES_TOPIC.key(), frames);
        check(ClassifyConfigOptions.CLASSIFICATIONS_TOPIC.key(), classifications);
        check(ClassifyConfigOptions.REJECTED_FRAMES_TOPIC.key(), rejectedFrames);
        Set<String> names = new HashSet<>(List.of(frames, classifications, rejectedFrames));
        int expected = 3;
        if (cameraEvents != null) {
            check(ClassifyConfigOptions.CAMERA_EVENTS_TOPIC.key(), cameraEvents);
            names.add(cameraEvents);
            expected++;
        }
        if (decisions != null) {
            check(ClassifyConfigOptions.DECISIONS_TOPIC.key(), decisions);
            names.add(decisions);
            expected++;
        }
        if (names.size() != expected) {
            throw new IllegalArgumentException(
                    "one topic is named twice among frames.topic, classifications.topic,"
                            + " rejected-frames.topic, camera-events.topic and decisions.topic but"
                            + " each needs its own");
        }
    }

    /** Topics that are read. */
    public List<String> inputs() {
        return decisions == null ? List.of(frames) : List.of(frames, decisions);
    }

    /** Topics that are written. */
    public List<String> outputs() {
        return cameraEvents == null
                ? List.of(classifications, rejectedFrames)
                : List.of(classifications, rejectedFrames, cameraEvents);
    }

    private static void check(String key, String name) {
        if (!NAME.matcher(name).matches() || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException(
                    key
                            + " was '"
                            + name
                            + "' but Kafka allows 1 to 249 letters, digits, dots, underscores"
                            + " and hyphens");
        }
    }
}
