package io.psconv.job.kafka;

import io.psconv.operator.record.ControlRequest;
import io.psconv.operator.record.RequestId;

/**
 * A request as it stands in the control topic.
 *
 * @param id its identity
 * @param request what it asks for
 * @param timestampMillis when it was sent
 */
public record LoggedRequest(RequestId id, ControlRequest request, long timestampMillis) {}
