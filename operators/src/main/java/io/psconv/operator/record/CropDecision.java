package io.psconv.operator.record;

import org.jspecify.annotations.Nullable;

/**
 * That another part of a camera's frames is classified from an event time on.
 *
 * @param request identity of the request decided upon, as in {@link ModelDecision}
 * @param camera whose frames
 * @param crop the part, or null for what the job's option says
 * @param effectiveFromMillis event time from which it counts
 */
public record CropDecision(
        String request, String camera, @Nullable Crop crop, long effectiveFromMillis)
        implements Decision {}
