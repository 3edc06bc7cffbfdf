package io.psconv.cli;

import io.psconv.job.kafka.StreamPosition;
import io.psconv.operator.record.RejectionReason;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which rejected frames are sent again, and where to.
 *
 * @param rejectedTopic topic that they are read from
 * @param framesTopic topic that they go to, or null for the one that each came from
 * @param group consumer group that remembers, by reason, how far the topic was gone through
 * @param reasons reasons of those that are sent, at least one
 * @param from where to start if that is further than the group has come, or null
 * @param until where to stop
 * @param maxAttempts how many times a frame is sent again, at least 1
 * @param dryRun whether to count only, and remember nothing
 */
record ReplaySettings(
        String rejectedTopic,
        @Nullable String framesTopic,
        String group,
        Set<RejectionReason> reasons,
        @Nullable StreamPosition from,
        StreamPosition until,
        int maxAttempts,
        boolean dryRun) {
    ReplaySettings {
        reasons = Set.copyOf(reasons);
        if (reasons.isEmpty()) {
            throw new IllegalArgumentException(
                    "reasons were empty but at least one must be replayed");
        }
        if (maxAttempts < 1) {
            throw new IllegalArgumentException(
                    "--max-attempts was '" + maxAttempts + "' but it must be at least 1");
        }
    }

    /** Group of one reason: that one was replayed does not mean that another was. */
    String groupOf(RejectionReason reason) {
        return group + "." + reason;
    }
}
