package io.psconv.bench.chaos;

import java.time.Duration;

/**
 * One {@code kill -9} of a schedule.
 *
 * @param at since the load began
 * @param victim what is killed
 * @param number which of them, from 0
 * @param down until it is started again
 */
public record Kill(Duration at, Victim victim, int number, Duration down) {}
