/** The job of the Crayfish benchmark: scores JSON tensors between two Kafka topics. */
@NullMarked
package io.psconv.job.crayfish;

import org.jspecify.annotations.NullMarked;
