package io.psconv.job.options;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The topics of the classify job.
 *
 * @param frames frames come from here
 * @param classifications classifications go here
 * @param rejectedFrames frames that cannot be classified go here
 * @param cameraEvents what becomes of cameras goes here, or null
 * @param decisions decisions that change routes come from here, or null
 * @param control requests to decide upon come from here, or null
 * @param energyWindows closed energy windows go to this, or null for none
 */
public record TopicOptions(
        String frames,
        String classifications,
        String rejectedFrames,
        @Nullable String cameraEvents,
        @Nullable String decisions,
        @Nullable String control,
        @Nullable String energyWindows) {
    /** Kafka's own rule, and its longest name. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

    public TopicOptions {
        check(ClassifyConfigOptions.FRAMES_TOPIC.key(), frames);
        check(ClassifyConfigOptions.CLASSIFICATIONS_TOPIC.key(), classifications);
        check(ClassifyConfigOptions.REJECTED_FRAMES_TOPIC.key(), rejectedFrames);
        List<String> names = new ArrayList<>(List.of(frames, classifications, rejectedFrames));
        if (cameraEvents != null) {
            check(ClassifyConfigOptions.CAMERA_EVENTS_TOPIC.key(), cameraEvents);
            names.add(cameraEvents);
        }
        if (decisions != null) {
            check(ClassifyConfigOptions.DECISIONS_TOPIC.key(), decisions);
            names.add(decisions);
        }
        if (control != null) {
            check(ClassifyConfigOptions.CONTROL_TOPIC.key(), control);
            names.add(control);
            if (decisions == null) {
                throw new IllegalArgumentException(
                        ClassifyConfigOptions.CONTROL_TOPIC.key()
                                + " was '"
                                + control
                                + "' but decisions.topic was not set; name the topic that the"
                                + " decisions are to go to");
            }
        }
        if (energyWindows != null) {
            check(ClassifyConfigOptions.ENERGY_WINDOWS_TOPIC.key(), energyWindows);
            names.add(energyWindows);
        }
        if (new HashSet<>(names).size() != names.size()) {
            throw new IllegalArgumentException(
                    "one topic is named twice among frames.topic, classifications.topic,"
                            + " rejected-frames.topic, camera-events.topic, decisions.topic,"
                            + " control.topic and energy-windows.topic but each needs its own");
        }
    }

    /** Topics that are read, but for those of control. */
    public List<String> inputs() {
        return List.of(frames);
    }

    /** Topics that are written, but for those of control. */
    public List<String> outputs() {
        List<String> topics = new ArrayList<>(List.of(classifications, rejectedFrames));
        if (cameraEvents != null) {
            topics.add(cameraEvents);
        }
        if (energyWindows != null) {
            topics.add(energyWindows);
        }
        return List.copyOf(topics);
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
