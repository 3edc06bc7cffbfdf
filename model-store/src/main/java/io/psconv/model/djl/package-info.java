/** The only user of DJL: PyTorch as a dense peer that classifies the same models. */
@NullMarked
package io.psconv.model.djl;

import org.jspecify.annotations.NullMarked;
