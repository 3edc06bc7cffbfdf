/** The only user of ONNX Runtime: a dense peer that classifies the same models. */
@NullMarked
package io.psconv.model.onnxruntime;

import org.jspecify.annotations.NullMarked;
