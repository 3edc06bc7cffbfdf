/** Holds the CUDA engine to the JVM engine, to its goals and to its energy counter, on a device. */
@NullMarked
package io.psconv.bench.gpu;

import org.jspecify.annotations.NullMarked;
