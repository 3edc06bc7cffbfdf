/** The safetensors model file: strict read, write and import. */
@NullMarked
package io.psconv.model.format;

import org.jspecify.annotations.NullMarked;
