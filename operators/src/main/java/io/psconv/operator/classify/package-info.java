/** The stateful operator: model and frame in, classification out. */
@NullMarked
package io.psconv.operator.classify;

import org.jspecify.annotations.NullMarked;
