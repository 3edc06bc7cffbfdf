package io.psconv.bench.pipeline;

/**
 * How many of a cell's labelled records were answered rightly: the same ones in every cell, each
 * judged by its first answer.
 *
 * @param frames that were judged, the first ones of the labelled records
 * @param right of these
 */
record Judgement(int frames, int right) {
    /**
     * @throws IllegalArgumentException if there are none, or more right ones than there are
     */
    Judgement {
        if (frames < 1 || right < 0 || right > frames) {
            throw new IllegalArgumentException(
                    "of "
                            + frames
                            + " frames "
                            + right
                            + " were right but it must be at most all of at least one");
        }
    }

    double accuracy() {
        return (double) right / frames;
    }
}
