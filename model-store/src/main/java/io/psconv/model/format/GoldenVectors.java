package io.psconv.model.format;

/**
 * Inputs with the logits a sound engine makes of them, stored in the model file.
 *
 * @param count number of images, at least 1
 * @param input pixels NCHW {@code (count, channels, height, width)}, unsigned, before normalisation
 * @param logits {@code (count, classes)}
 * @param tolerance largest absolute difference of a logit that an fp32 engine may show
 */
public record GoldenVectors(int count, byte[] input, float[] logits, float tolerance) {
    public GoldenVectors {
        if (count < 1) {
            throw new IllegalArgumentException(
                    "count of golden vectors was '" + count + "' but it must be at least 1");
        }
        if (!(tolerance > 0) || !Float.isFinite(tolerance)) {
            throw new IllegalArgumentException(
                    "tolerance of golden vectors was '"
                            + tolerance
                            + "' but it must be above zero");
        }
        for (float logit : logits) {
            if (!Float.isFinite(logit)) {
                throw new IllegalArgumentException(
                        "a golden logit was '" + logit + "' but it must be finite");
            }
        }
    }
}
