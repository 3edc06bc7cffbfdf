/** Loops over stored entries; the only user of the Vector API. */
@NullMarked
package io.psconv.model.convolution;

import org.jspecify.annotations.NullMarked;
