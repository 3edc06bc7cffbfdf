/** What the subtasks of one task manager share: weights by digest, meters, the energy ledger. */
@NullMarked
package io.psconv.operator.node;

import org.jspecify.annotations.NullMarked;
