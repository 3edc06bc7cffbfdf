package io.psconv.job.options;

import io.psconv.job.kafka.StreamPosition;
import org.jspecify.annotations.Nullable;

/**
 * Which frames are read.
 *
 * @param groupId consumer group under which offsets are committed
 * @param from where to start without a savepoint
 * @param until where to stop, or null for never
 */
public record SourceOptions(String groupId, StreamPosition from, @Nullable StreamPosition until) {}
