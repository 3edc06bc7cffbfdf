/** Measures the whole system under load: throughput, latency, processor time and energy. */
@NullMarked
package io.psconv.bench.pipeline;

import org.jspecify.annotations.NullMarked;
