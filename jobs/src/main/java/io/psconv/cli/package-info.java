/** The {@code psconv} command, one class per subcommand. */
@NullMarked
package io.psconv.cli;

import org.jspecify.annotations.NullMarked;
