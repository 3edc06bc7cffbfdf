/** Energy counters in joules behind one interface; no Flink. */
@NullMarked
package io.psconv.operator.energy;

import org.jspecify.annotations.NullMarked;
