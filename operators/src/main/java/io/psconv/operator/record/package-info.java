/**
 * What travels: frame, classification, rejected frame, requests for routes and their decisions,
 * events of cameras, energy windows; and what is kept of a camera.
 */
@NullMarked
package io.psconv.operator.record;

import org.jspecify.annotations.NullMarked;
