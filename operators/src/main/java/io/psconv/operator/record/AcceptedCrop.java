package io.psconv.operator.record;

import org.jspecify.annotations.Nullable;

/**
 * That a request for another part of a camera's frames is met.
 *
 * @param request identity of the request
 * @param camera whose frames
 * @param crop the part, or null for what the job's option says
 * @param time asked for, with the lead that counts
 */
public record AcceptedCrop(String request, String camera, @Nullable Crop crop, RequestedTime time)
        implements DecisionEntry {
    @Override
    public CropDecision at(long appendMillis) {
        return new CropDecision(request, camera, crop, time.effectiveFromMillis(appendMillis));
    }
}
