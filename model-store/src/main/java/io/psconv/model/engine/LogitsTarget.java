package io.psconv.model.engine;

/** Where the last layer of a plan writes; set before each run. */
final class LogitsTarget {
    float[] logits = new float[0];

    /** Image whose logits come first. */
    int first;

    /** Images whose logits are wanted. */
    int count;
}
