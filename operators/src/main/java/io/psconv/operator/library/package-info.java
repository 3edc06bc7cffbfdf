/** Sees that a job finds in the cluster's {@code lib/} what it was made with; knows no other. */
@NullMarked
package io.psconv.operator.library;

import org.jspecify.annotations.NullMarked;
