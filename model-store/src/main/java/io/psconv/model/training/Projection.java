package io.psconv.model.training;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.KernelPacking;
import io.psconv.model.format.ModelMetadata;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.pattern.LayerSupports;
import io.psconv.model.pattern.SupportSet;
import io.psconv.model.pattern.Variant;
import java.util.HashMap;
import java.util.Map;

/**
 * Lays a trained model's weights on the supports of another variant.
 *
 * <p>What the supports do not store is dropped; what the model did not store and they do is 0.
 */
public enum Projection {
    /** Values that are kept stay as they are. */
    PLAIN {
        @Override
        float scale(double before, double after) {
            return 1;
        }
    },

    /**
     * What is kept of a filter is scaled to the filter's earlier norm: with inputs that are
     * independent of each other, of mean 0 and of one variance, its outputs keep theirs.
     */
    RESCALED {
        @Override
        float scale(double before, double after) {
            return after > 0 ? (float) Math.sqrt(before / after) : 1;
        }
    };

    /** Factor of a filter from its sums of squares. */
    abstract float scale(double before, double after);

    /**
     * Projects a model.
     *
     * @return the same network under {@code variant}, without golden vectors and provenance
     * @throws IllegalArgumentException if the variant does not fit a layer
     */
    public CompressedModel onto(CompressedModel model, Variant variant) {
        Map<String, float[]> tensors = new HashMap<>(model.tensors());
        int sparseLayers = 0;
        for (ConvolutionLayer layer : model.network().convolutions()) {
            if (layer.sparse()) {
                String name = layer.name() + ".weight";
                float[] stored = model.tensor(name);
                float[] dense =
                        model.variant().isDense()
                                ? stored
                                : KernelPacking.unpack(
                                        supports(model.variant(), sparseLayers, layer), stored);
                tensors.put(
                        name,
                        variant.isDense()
                                ? dense
                                : project(dense, supports(variant, sparseLayers, layer)));
                sparseLayers++;
            }
        }
        ModelMetadata metadata =
                new ModelMetadata(
                        model.metadata().dataset(),
                        model.metadata().labels(),
                        model.metadata().normalisation(),
                        Map.of());
        return new CompressedModel(model.network(), variant, metadata, tensors, null);
    }

    private static LayerSupports supports(Variant variant, int layer, ConvolutionLayer described) {
        return variant.over(layer, described.filters(), described.inChannels());
    }

    private float[] project(float[] dense, LayerSupports supports) {
        float[] kept = dense.clone();
        int filterLength = supports.inChannels() * SupportSet.POSITIONS;
        for (int filter = 0; filter < supports.filters(); filter++) {
            int from = filter * filterLength;
            double before = squares(kept, from, filterLength);
            for (int channel = 0; channel < supports.inChannels(); channel++) {
                SupportSet set = supports.supportSet(filter, channel);
                for (int position = 0; position < SupportSet.POSITIONS; position++) {
                    if (!set.contains(position)) {
                        kept[from + channel * SupportSet.POSITIONS + position] = 0;
                    }
                }
            }
            float scale = scale(before, squares(kept, from, filterLength));
            for (int index = from; index < from + filterLength; index++) {
                kept[index] *= scale;
            }
        }
        return KernelPacking.pack(supports, kept);
    }

    private static double squares(float[] values, int from, int length) {
        double sum = 0;
        for (int index = from; index < from + length; index++) {
            sum += (double) values[index] * values[index];
        }
        return sum;
    }
}
