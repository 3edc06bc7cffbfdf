/** Reads what {@code psconv bench pipeline} measured and shows it as one self-contained page. */
@NullMarked
package io.psconv.bench.report;

import org.jspecify.annotations.NullMarked;
