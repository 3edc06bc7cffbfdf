/** Every option: key, type, default, description; read once into records that check themselves. */
@NullMarked
package io.psconv.job.options;

import org.jspecify.annotations.NullMarked;
