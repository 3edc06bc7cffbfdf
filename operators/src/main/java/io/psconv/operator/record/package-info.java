/** What travels: frame, classification, rejected frame, model decision. */
@NullMarked
package io.psconv.operator.record;

import org.jspecify.annotations.NullMarked;
