package io.psconv.tests.hostile;

import io.psconv.operator.record.RejectionReason;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A payload that no honest camera sends.
 *
 * @param name what is wrong with it
 * @param contentType its header, or null
 * @param outcomes reasons of which one must be given; empty if it must be classified
 * @param classifiable whether it may be classified instead
 */
public record HostileFrame(
        String name,
        byte[] payload,
        @Nullable String contentType,
        Set<RejectionReason> outcomes,
        boolean classifiable) {
    /** A frame that looks odd and is sound. */
    static HostileFrame sound(String name, byte[] payload) {
        return new HostileFrame(name, payload, null, Set.of(), true);
    }

    /** A frame that must be rejected for a reason. */
    static HostileFrame rejected(String name, byte[] payload, RejectionReason reason) {
        return new HostileFrame(name, payload, null, EnumSet.of(reason), false);
    }

    /** A damaged frame, of which a decoder may still make an image. */
    static HostileFrame damaged(String name, byte[] payload) {
        return new HostileFrame(name, payload, null, EnumSet.allOf(RejectionReason.class), true);
    }

    /** The same frame under a header. */
    HostileFrame as(String header) {
        return new HostileFrame(name + " as " + header, payload, header, outcomes, classifiable);
    }

    /** Whether a result is one that is allowed; null: it was classified. */
    public boolean allows(@Nullable RejectionReason result) {
        return result == null ? classifiable : outcomes.contains(result);
    }

    @Override
    public String toString() {
        return name + ", " + payload.length + " bytes";
    }
}
