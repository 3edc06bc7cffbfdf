/**
 * Decides on requests: finds and checks the models they name; says what a log of decisions means.
 */
@NullMarked
package io.psconv.operator.verify;

import org.jspecify.annotations.NullMarked;
