/** What travels: frame, classification, rejected frame, decisions about routes. */
@NullMarked
package io.psconv.operator.record;

import org.jspecify.annotations.NullMarked;
