/** Measures training engines against each other, interleaved in one process. */
@NullMarked
package io.psconv.bench.training;

import org.jspecify.annotations.NullMarked;
