package io.psconv.model.convolution;

import static io.psconv.model.convolution.VectorTiles.LANES;
import static io.psconv.model.convolution.VectorTiles.SPECIES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * Loops of training over feature maps of one layout: as many images, of the same shape.
 *
 * <p>Needs the Vector API. Each loop takes one channel's pixels in a single run, what lies between
 * them included, and leaves zeros there. Sums keep one order for a number of lanes. Threads may
 * share it.
 */
public final class TrainingMaps {
    private final float[] mask;
    private final int positions;
    private final int pixels;

    /** For maps laid out like the given ones. */
    public TrainingMaps(FeatureMaps like) {
        this.mask = like.pixelMask();
        this.positions = like.positions();
        this.pixels = like.images() * like.height() * like.width();
    }

    /** Pixels of a channel, of all images. */
    public int pixels() {
        return pixels;
    }

    /**
     * Normalizes, adds a residual and takes the ReLU: {@code relu(raw · scale + shift + residual)}.
     *
     * @param scale by channel
     * @param shift by channel
     * @param residual or null
     * @param output overwritten; may be {@code raw}
     */
    public void activate(
            FeatureMaps raw,
            float[] scale,
            float[] shift,
            @Nullable FeatureMaps residual,
            boolean relu,
            FeatureMaps output) {
        float floor = relu ? 0f : -Float.MAX_VALUE;
        for (int channel = 0; channel < raw.channels(); channel++) {
            int from = raw.origin(channel);
            int to = output.origin(channel);
            if (residual == null) {
                activate(
                        raw.values(),
                        from,
                        scale[channel],
                        shift[channel],
                        floor,
                        output.values(),
                        to);
            } else {
                activateSum(
                        raw.values(),
                        from,
                        scale[channel],
                        shift[channel],
                        residual.values(),
                        residual.origin(channel),
                        floor,
                        output.values(),
                        to);
            }
        }
    }

    private void activate(
            float[] raw, int from, float scale, float shift, float floor, float[] output, int to) {
        for (int at = 0; at < positions; at += LANES) {
            FloatVector.fromArray(SPECIES, raw, from + at)
                    .fma(
                            FloatVector.broadcast(SPECIES, scale),
                            FloatVector.broadcast(SPECIES, shift))
                    .max(floor)
                    .mul(FloatVector.fromArray(SPECIES, mask, at))
                    .intoArray(output, to + at);
        }
    }

    private void activateSum(
            float[] raw,
            int from,
            float scale,
            float shift,
            float[] residual,
            int residualFrom,
            float floor,
            float[] output,
            int to) {
        for (int at = 0; at < positions; at += LANES) {
            FloatVector.fromArray(SPECIES, raw, from + at)
                    .fma(
                            FloatVector.broadcast(SPECIES, scale),
                            FloatVector.broadcast(SPECIES, shift))
                    .add(FloatVector.fromArray(SPECIES, residual, residualFrom + at))
                    .max(floor)
                    .mul(FloatVector.fromArray(SPECIES, mask, at))
                    .intoArray(output, to + at);
        }
    }

    /**
     * Copies maps and takes their mean and spread by channel.
     *
     * @param mean overwritten from {@code first} on
     * @param squares sum of squared differences from that mean; overwritten from {@code first} on
     */
    public void copyWithMoments(
            FeatureMaps from, FeatureMaps to, double[] mean, double[] squares, int first) {
        for (int channel = 0; channel < from.channels(); channel++) {
            int origin = from.origin(channel);
            double own = copySum(from.values(), origin, to.values(), to.origin(channel)) / pixels;
            mean[first + channel] = own;
            squares[first + channel] = squares(from.values(), origin, (float) own);
            // The mean that was subtracted was rounded.
            double rounding = own - (float) own;
            squares[first + channel] -= rounding * rounding * pixels;
        }
    }

    private double copySum(float[] values, int from, float[] output, int to) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        int at = 0;
        for (; at <= positions - 2 * LANES; at += 2 * LANES) {
            FloatVector x0 = FloatVector.fromArray(SPECIES, values, from + at);
            FloatVector x1 = FloatVector.fromArray(SPECIES, values, from + at + LANES);
            x0.intoArray(output, to + at);
            x1.intoArray(output, to + at + LANES);
            s0 = s0.add(x0);
            s1 = s1.add(x1);
        }
        for (; at < positions; at += LANES) {
            FloatVector x0 = FloatVector.fromArray(SPECIES, values, from + at);
            x0.intoArray(output, to + at);
            s0 = s0.add(x0);
        }
        return sum(s0.add(s1));
    }

    private double squares(float[] values, int from, float mean) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        int at = 0;
        for (; at <= positions - 2 * LANES; at += 2 * LANES) {
            FloatVector d0 =
                    FloatVector.fromArray(SPECIES, values, from + at)
                            .sub(mean)
                            .mul(FloatVector.fromArray(SPECIES, mask, at));
            FloatVector d1 =
                    FloatVector.fromArray(SPECIES, values, from + at + LANES)
                            .sub(mean)
                            .mul(FloatVector.fromArray(SPECIES, mask, at + LANES));
            s0 = d0.fma(d0, s0);
            s1 = d1.fma(d1, s1);
        }
        for (; at < positions; at += LANES) {
            FloatVector d0 =
                    FloatVector.fromArray(SPECIES, values, from + at)
                            .sub(mean)
                            .mul(FloatVector.fromArray(SPECIES, mask, at));
            s0 = d0.fma(d0, s0);
        }
        return sum(s0.add(s1));
    }

    private static double sum(FloatVector sums) {
        float[] lanes = sums.toArray();
        // Four chains, since in one each addition would wait for the last.
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        for (int lane = 0; lane < LANES; lane += 4) {
            s0 += lanes[lane];
            s1 += lanes[lane + 1];
            s2 += lanes[lane + 2];
            s3 += lanes[lane + 3];
        }
        return s0 + s2 + (s1 + s3);
    }

    /** Adds maps to others: {@code to += from}. */
    public void add(FeatureMaps from, FeatureMaps to) {
        for (int channel = 0; channel < from.channels(); channel++) {
            add(from.values(), from.origin(channel), to.values(), to.origin(channel));
        }
    }

    private void add(float[] values, int from, float[] output, int to) {
        for (int at = 0; at < positions; at += LANES) {
            FloatVector.fromArray(SPECIES, output, to + at)
                    .add(FloatVector.fromArray(SPECIES, values, from + at))
                    .intoArray(output, to + at);
        }
    }

    /** Copies maps. */
    public void copy(FeatureMaps from, FeatureMaps to) {
        for (int channel = 0; channel < from.channels(); channel++) {
            System.arraycopy(
                    from.values(),
                    from.origin(channel),
                    to.values(),
                    to.origin(channel),
                    positions);
        }
    }

    /** Makes all pixels zero. */
    public void clear(FeatureMaps maps) {
        for (int channel = 0; channel < maps.channels(); channel++) {
            int from = maps.origin(channel);
            Arrays.fill(maps.values(), from, from + positions, 0);
        }
    }

    /**
     * Lets a gradient through where the activation was above zero, and sums it for batch
     * normalization, {@code Σ gradient} and {@code Σ gradient · (raw - mean)} by channel.
     *
     * @param gradient by the activation
     * @param raw what was normalized
     * @param gate {@code gate · gateScale + gateShift} is above zero where the gradient passes;
     *     null where it passes everywhere
     * @param output overwritten
     * @param sums overwritten from {@code first} on
     * @param products overwritten from {@code first} on
     */
    public void gate(
            FeatureMaps gradient,
            FeatureMaps raw,
            float[] mean,
            @Nullable FeatureMaps gate,
            float[] gateScale,
            float[] gateShift,
            FeatureMaps output,
            double[] sums,
            double[] products,
            int first) {
        for (int channel = 0; channel < raw.channels(); channel++) {
            int from = gradient.origin(channel);
            int to = output.origin(channel);
            if (gate == null) {
                pass(
                        gradient.values(),
                        from,
                        raw.values(),
                        raw.origin(channel),
                        mean[channel],
                        output.values(),
                        to,
                        sums,
                        products,
                        first + channel);
            } else {
                gate(
                        gradient.values(),
                        from,
                        gate.values(),
                        gate.origin(channel),
                        gateScale[channel],
                        gateShift[channel],
                        raw.values(),
                        raw.origin(channel),
                        mean[channel],
                        output.values(),
                        to,
                        sums,
                        products,
                        first + channel);
            }
        }
    }

    private void gate(
            float[] gradient,
            int from,
            float[] gate,
            int gateFrom,
            float scale,
            float shift,
            float[] raw,
            int rawFrom,
            float mean,
            float[] output,
            int to,
            double[] sums,
            double[] products,
            int index) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector sum = zero;
        FloatVector product = zero;
        for (int at = 0; at < positions; at += LANES) {
            FloatVector open =
                    FloatVector.fromArray(SPECIES, gate, gateFrom + at)
                            .fma(
                                    FloatVector.broadcast(SPECIES, scale),
                                    FloatVector.broadcast(SPECIES, shift));
            FloatVector passed =
                    zero.blend(
                            FloatVector.fromArray(SPECIES, gradient, from + at),
                            open.compare(VectorOperators.GT, 0f));
            passed.intoArray(output, to + at);
            sum = sum.add(passed);
            product =
                    FloatVector.fromArray(SPECIES, raw, rawFrom + at)
                            .sub(mean)
                            .fma(passed, product);
        }
        sums[index] = sum(sum);
        products[index] = sum(product);
    }

    private void pass(
            float[] gradient,
            int from,
            float[] raw,
            int rawFrom,
            float mean,
            float[] output,
            int to,
            double[] sums,
            double[] products,
            int index) {
        FloatVector sum = FloatVector.zero(SPECIES);
        FloatVector product = sum;
        for (int at = 0; at < positions; at += LANES) {
            FloatVector passed = FloatVector.fromArray(SPECIES, gradient, from + at);
            passed.intoArray(output, to + at);
            sum = sum.add(passed);
            product =
                    FloatVector.fromArray(SPECIES, raw, rawFrom + at)
                            .sub(mean)
                            .fma(passed, product);
        }
        sums[index] = sum(sum);
        products[index] = sum(product);
    }

    /**
     * Takes a gradient back through batch normalization: {@code gradient · scale + raw · slope +
     * shift} at each pixel.
     *
     * @param output overwritten
     */
    public void normalizationGradient(
            FeatureMaps gradient,
            float[] scale,
            FeatureMaps raw,
            float[] slope,
            float[] shift,
            FeatureMaps output) {
        for (int channel = 0; channel < raw.channels(); channel++) {
            combine(
                    gradient.values(),
                    gradient.origin(channel),
                    scale[channel],
                    raw.values(),
                    raw.origin(channel),
                    slope[channel],
                    shift[channel],
                    output.values(),
                    output.origin(channel));
        }
    }

    private void combine(
            float[] gradient,
            int from,
            float scale,
            float[] raw,
            int rawFrom,
            float slope,
            float shift,
            float[] output,
            int to) {
        for (int at = 0; at < positions; at += LANES) {
            FloatVector share =
                    FloatVector.fromArray(SPECIES, raw, rawFrom + at)
                            .fma(
                                    FloatVector.broadcast(SPECIES, slope),
                                    FloatVector.broadcast(SPECIES, shift))
                            .mul(FloatVector.fromArray(SPECIES, mask, at));
            FloatVector.fromArray(SPECIES, gradient, from + at)
                    .fma(FloatVector.broadcast(SPECIES, scale), share)
                    .intoArray(output, to + at);
        }
    }
}
