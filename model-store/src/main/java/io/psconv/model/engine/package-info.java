/** "Classify this batch": the interface, the JVM engine, the choice between engines. */
@NullMarked
package io.psconv.model.engine;

import org.jspecify.annotations.NullMarked;
