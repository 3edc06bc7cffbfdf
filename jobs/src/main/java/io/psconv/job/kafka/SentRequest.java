package io.psconv.job.kafka;

import io.psconv.operator.record.RequestId;

/**
 * A request that was sent.
 *
 * @param id its identity
 * @param decisionsBefore end of the log of decisions before it was sent
 */
public record SentRequest(RequestId id, long decisionsBefore) {}
