/** Versioned serializers of everything that travels or is checkpointed. */
@NullMarked
package io.psconv.operator.state;

import org.jspecify.annotations.NullMarked;
