/** What a task manager's accelerators ask of the operators that use them. */
@NullMarked
package io.psconv.operator.device;

import org.jspecify.annotations.NullMarked;
