/** Plain scoring of tensors, as published benchmarks of streaming inference do it. */
@NullMarked
package io.psconv.operator.score;

import org.jspecify.annotations.NullMarked;
