/** Publish, find, verify and load a model by name and version. */
@NullMarked
package io.psconv.model.store;

import org.jspecify.annotations.NullMarked;
