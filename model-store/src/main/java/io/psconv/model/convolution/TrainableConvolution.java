package io.psconv.model.convolution;

import io.psconv.model.pattern.LayerSupports;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A convolution over stored entries with its gradients; its weights change from step to step.
 *
 * <p>Needs the Vector API. All three passes run on the tiles that the inference engine has or on
 * ones like them, and cost multiply–accumulates in proportion to what is stored. {@link #pack} is
 * called between steps; loops that were bound before read the new weights then.
 */
public final class TrainableConvolution {
    private final ConvolutionShape shape;
    private final TapList[] lists;
    private final TrainedFilters filters;
    private final List<InputGradient.Part> inputParts;
    private final WeightGradient weightGradient;

    /**
     * Plans a convolution with weights of zero.
     *
     * @param inputGradient whether {@link Loops#inputGradient} will be asked for
     * @throws IllegalArgumentException if the supports disagree with the shape
     */
    public TrainableConvolution(
            ConvolutionShape shape, LayerSupports supports, boolean inputGradient) {
        ConvolutionChecks.check(shape, supports);
        this.shape = shape;
        this.lists = TapList.of(supports);
        int[] listByFilter = new int[shape.filters()];
        int[][] values = new int[shape.filters()][supports.valuesPerFilter()];
        for (int filter = 0; filter < shape.filters(); filter++) {
            listByFilter[filter] = supports.supportList(filter);
            for (int value = 0; value < values[filter].length; value++) {
                values[filter][value] = filter * values[filter].length + value;
            }
        }
        this.filters = new TrainedFilters(shape, lists, listByFilter, values);
        this.inputParts = inputGradient ? InputGradient.parts(shape, supports) : List.of();
        this.weightGradient = new WeightGradient(supports, lists);
    }

    /** The shape of one image. */
    public ConvolutionShape shape() {
        return shape;
    }

    /**
     * Takes new weights over, for a part of them.
     *
     * @param values {@code (filters, valuesPerFilter)} in canonical order; not kept
     */
    public void pack(float[] values, int part, int parts) {
        filters.pack(values, part, parts);
        for (InputGradient.Part gradient : inputParts) {
            gradient.filters().pack(values, part, parts);
        }
    }

    /**
     * Takes a new bias over.
     *
     * @param bias {@code (filters)}; not kept
     */
    public void packBias(float[] bias) {
        filters.packBias(bias);
    }

    /** Values of a slot, in which weight gradients of some images are summed. */
    public int slotLength() {
        return weightGradient.slotLength();
    }

    /**
     * Adds slots up, in the same order whoever filled them, for a part of the values.
     *
     * @param slots of {@link #slotLength} values each; overwritten
     * @param gradient {@code (filters, valuesPerFilter)}, overwritten
     */
    public void collect(float[][] slots, float[] gradient, int part, int parts) {
        weightGradient.collect(slots, gradient, part, parts);
    }

    /**
     * Plans the loops between given maps.
     *
     * @param output also where the upstream gradient is read from
     * @param inputGradient maps of the input's shape, or null where none is wanted
     * @param scratch of one thread
     */
    public Loops bind(
            FeatureMaps input,
            FeatureMaps output,
            @Nullable FeatureMaps inputGradient,
            ConvolutionScratch scratch) {
        return new Loops(input, output, inputGradient, scratch);
    }

    /** The three passes between given maps. Not thread-safe. */
    public final class Loops {
        private final SparseConvolution convolution;
        private final WeightGradient.Loops weights;
        private final @Nullable FeatureMaps inputGradient;

        /** By part; null where a part is zero. */
        private final List<@Nullable SparseConvolution> gradients = new ArrayList<>();

        private final List<FeatureMaps> partMaps = new ArrayList<>();

        private Loops(
                FeatureMaps input,
                FeatureMaps output,
                @Nullable FeatureMaps inputGradient,
                ConvolutionScratch scratch) {
            this.convolution =
                    new VectorSparseConvolution(
                            shape,
                            lists,
                            filters.groups(),
                            new ConvolutionMaps(input, null, false, output),
                            scratch);
            this.weights = weightGradient.bind(shape, input, output, scratch);
            this.inputGradient = inputGradient;
            if (inputGradient != null) {
                for (InputGradient.Part part : inputParts) {
                    bindPart(part, output, inputGradient, scratch);
                }
            }
        }

        private void bindPart(
                InputGradient.Part part,
                FeatureMaps upstream,
                FeatureMaps whole,
                ConvolutionScratch scratch) {
            FeatureMaps made =
                    shape.stride() == 1
                            ? whole
                            : new FeatureMaps(
                                    shape.inChannels(),
                                    upstream.height(),
                                    upstream.width(),
                                    upstream.images());
            partMaps.add(made);
            gradients.add(
                    part.isZero()
                            ? null
                            : new VectorSparseConvolution(
                                    part.shape(),
                                    part.lists(),
                                    part.filters().groups(),
                                    new ConvolutionMaps(upstream, null, false, made),
                                    scratch));
        }

        /** Convolves; the output is overwritten. */
        public void forward() {
            convolution.convolve();
        }

        /**
         * Adds the gradient of the weights, of input and upstream gradient as they lie in the maps.
         *
         * @param slot of {@link #slotLength} values
         */
        public void weightGradient(float[] slot) {
            weights.accumulate(slot);
        }

        /** Computes the gradient of the input from the upstream gradient in the output's maps. */
        public void inputGradient() {
            for (SparseConvolution gradient : gradients) {
                if (gradient != null) {
                    gradient.convolve();
                }
            }
            if (shape.stride() == 2 && inputGradient != null) {
                zip(inputGradient);
            }
        }

        /** Puts the parities of rows and columns together. */
        private void zip(FeatureMaps whole) {
            for (int channel = 0; channel < whole.channels(); channel++) {
                for (int row = 0; row < whole.height(); row++) {
                    FeatureMaps even = partMaps.get(2 * (row % 2));
                    FeatureMaps odd = partMaps.get(2 * (row % 2) + 1);
                    for (int image = 0; image < whole.images(); image++) {
                        VectorRows.zip(
                                even.values(),
                                even.index(channel, image, row / 2, 0),
                                odd.values(),
                                odd.index(channel, image, row / 2, 0),
                                whole.values(),
                                whole.index(channel, image, row, 0),
                                whole.width());
                    }
                }
            }
            whole.clearBorders();
        }
    }
}
