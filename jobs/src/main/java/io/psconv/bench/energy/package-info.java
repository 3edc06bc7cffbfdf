/** What energy windows and committed classifications come to together. */
@NullMarked
package io.psconv.bench.energy;

import org.jspecify.annotations.NullMarked;
