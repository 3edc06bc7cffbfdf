/** Writes models as dense ONNX and TorchScript files that other runtimes classify with. */
@NullMarked
package io.psconv.model.export;

import org.jspecify.annotations.NullMarked;
