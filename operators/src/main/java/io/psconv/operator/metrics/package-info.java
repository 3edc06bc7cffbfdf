/** Every meter's name, unit and tags in one place. */
@NullMarked
package io.psconv.operator.metrics;

import org.jspecify.annotations.NullMarked;
