/** One class with a main per job: it reads options, then defines the graph. */
@NullMarked
package io.psconv.job;

import org.jspecify.annotations.NullMarked;
