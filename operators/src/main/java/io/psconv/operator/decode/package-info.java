/** Payload bytes to normalised NCHW input; what cannot be decoded is said with its reason. */
@NullMarked
package io.psconv.operator.decode;

import org.jspecify.annotations.NullMarked;
