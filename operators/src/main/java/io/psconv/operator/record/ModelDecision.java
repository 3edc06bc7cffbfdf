package io.psconv.operator.record;

import java.io.Serializable;

/**
 * That a stored model serves from an event time on.
 *
 * @param request identity of the request decided upon; a repeated one changes nothing
 * @param name model name in the store
 * @param version model version in the store
 * @param digest SHA-256 of the model file, which every subtask checks
 * @param effectiveFromMillis event time from which frames are classified by the model
 */
public record ModelDecision(
        String request, String name, int version, String digest, long effectiveFromMillis)
        implements Serializable {}
