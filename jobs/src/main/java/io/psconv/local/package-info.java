/** Embedded broker and mini cluster: what a job needs to run without services. */
@NullMarked
package io.psconv.local;

import org.jspecify.annotations.NullMarked;
