/** The only user of DJL: our engine as a DJL engine, PyTorch as a dense peer. */
@NullMarked
package io.psconv.model.djl;

import org.jspecify.annotations.NullMarked;
