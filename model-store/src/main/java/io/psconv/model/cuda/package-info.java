/** The only user of the CUDA driver: networks as kernels of our own on NVIDIA devices. */
@NullMarked
package io.psconv.model.cuda;

import org.jspecify.annotations.NullMarked;
