package io.psconv.operator.record;

/**
 * What cannot be read as a request; it is refused like any other that cannot be met.
 *
 * @param request identity of the request
 * @param reason what was wrong with it
 */
public record MalformedRequest(String request, String reason) implements ControlRequest {}
