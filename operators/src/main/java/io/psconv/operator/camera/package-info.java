/** What becomes of each camera over time: its state and the rules on it. */
@NullMarked
package io.psconv.operator.camera;

import org.jspecify.annotations.NullMarked;
