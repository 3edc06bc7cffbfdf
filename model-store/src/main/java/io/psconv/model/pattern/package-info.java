/** Support sets: which kernel entries a layer stores, their period and phase rule. */
@NullMarked
package io.psconv.model.pattern;

import org.jspecify.annotations.NullMarked;
