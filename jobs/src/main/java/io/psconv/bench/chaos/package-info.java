/** Kills processes of a real cluster under load, and checks every answer that comes of it. */
@NullMarked
package io.psconv.bench.chaos;

import org.jspecify.annotations.NullMarked;
