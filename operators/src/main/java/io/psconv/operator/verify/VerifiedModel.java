package io.psconv.operator.verify;

import io.psconv.operator.record.ModelReference;
import java.util.List;

/**
 * A stored model that is sound.
 *
 * @param reference which one
 * @param labels its classes, in order
 */
record VerifiedModel(ModelReference reference, List<String> labels) {}
