package io.psconv.operator.record;

import java.io.Serializable;

/** What somebody wants the job to do from now on; nothing changes before it is decided upon. */
public sealed interface ControlRequest extends Serializable
        permits ActivationRequest, DeactivationRequest, CropRequest, MalformedRequest {
    /** Identity of the request, its place in the control topic as {@link RequestId} writes it. */
    String request();
}
