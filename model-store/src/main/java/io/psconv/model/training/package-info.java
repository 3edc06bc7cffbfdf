/** Training of sparse networks: gradients on the engine's own loops, optimizer, schedules. */
@NullMarked
package io.psconv.model.training;

import org.jspecify.annotations.NullMarked;
