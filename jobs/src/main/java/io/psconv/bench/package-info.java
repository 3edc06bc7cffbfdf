/** Load generator, measurements and report. */
@NullMarked
package io.psconv.bench;

import org.jspecify.annotations.NullMarked;
