/**
 * Lays out the folder of a Flink cluster that runs the job: which library lies where, how much
 * memory its processes get, how they are started.
 */
@NullMarked
package io.psconv.layout;

import org.jspecify.annotations.NullMarked;
