/** Measures engines against each other, interleaved in one process. */
@NullMarked
package io.psconv.bench.engine;

import org.jspecify.annotations.NullMarked;
