/** Labelled images for evaluation and training. */
@NullMarked
package io.psconv.model.dataset;

import org.jspecify.annotations.NullMarked;
