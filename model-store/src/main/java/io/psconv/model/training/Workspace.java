package io.psconv.model.training;

import io.psconv.model.convolution.ConvolutionScratch;
import io.psconv.model.convolution.FeatureMaps;
import io.psconv.model.convolution.TrainableConvolution;
import io.psconv.model.network.FeatureShape;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one thread computes in: feature maps of some images, shared by all layers of a shape, and
 * the loops bound to them.
 */
final class Workspace {
    /** What maps are for; two of one purpose are never needed at the same time. */
    enum Purpose {
        INPUT,
        OUTPUT,
        INPUT_GRADIENT,
        /** Some of the images of other maps. */
        SLICE,
        RESIDUAL
    }

    private record Key(Purpose purpose, FeatureShape shape, int images) {}

    private final Map<Key, FeatureMaps> maps = new HashMap<>();
    private final Map<TrainableConvolution, TrainableConvolution.Loops> loops = new HashMap<>();
    private final ConvolutionScratch scratch = new ConvolutionScratch(1);

    FeatureMaps maps(Purpose purpose, FeatureShape shape, int images) {
        return maps.computeIfAbsent(
                new Key(purpose, shape, images),
                key ->
                        new FeatureMaps(
                                shape.channels(), shape.height(), shape.width(), key.images));
    }

    /** The loops of a convolution between this workspace's maps. */
    TrainableConvolution.Loops loops(
            TrainableConvolution convolution,
            FeatureMaps input,
            FeatureMaps output,
            @Nullable FeatureMaps inputGradient) {
        return loops.computeIfAbsent(
                convolution, key -> key.bind(input, output, inputGradient, scratch));
    }
}
