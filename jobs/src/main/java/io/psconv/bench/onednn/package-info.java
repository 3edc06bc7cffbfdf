/** oneDNN as a dense peer, through its Java binding; the only user of it. */
@NullMarked
package io.psconv.bench.onednn;

import org.jspecify.annotations.NullMarked;
