/**
 * What runs before Flink's own classes in a process of a laid-out folder; shipped as {@code
 * bin/psconv-launch.jar} and so bound to Flink and the JDK alone.
 */
@NullMarked
package io.psconv.launch;

import org.jspecify.annotations.NullMarked;
