package io.psconv.operator.record;

import org.jspecify.annotations.Nullable;

/**
 * That another part of a camera's frames shall be classified.
 *
 * @param request identity of the request
 * @param camera whose frames
 * @param crop the part, or null for what the job's option says
 * @param time from when on
 */
public record CropRequest(String request, String camera, @Nullable Crop crop, RequestedTime time)
        implements ControlRequest {}
