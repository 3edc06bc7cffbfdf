package io.psconv.model.engine;

import io.psconv.model.convolution.ConvolutionScratch;
import io.psconv.model.convolution.FeatureMaps;
import io.psconv.model.convolution.FullyConnected;
import io.psconv.model.convolution.LoopPlan;
import io.psconv.model.convolution.Pooling;
import io.psconv.model.convolution.SparseConvolution;
import io.psconv.model.convolution.Unfolding;
import io.psconv.model.network.AveragePoolLayer;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Layer;
import io.psconv.model.network.MaxPoolLayer;
import io.psconv.model.network.PaddedSubsampleLayer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes the steps of layers between given maps.
 *
 * @param maps by the name of the layer that writes them; what a large kernel is unfolded into under
 *     {@link SegmentPlan#unfolded}
 */
record LayerSteps(
        JvmModel model,
        Map<String, FeatureMaps> maps,
        ConvolutionScratch scratch,
        LogitsTarget logits) {

    Step of(Layer layer) {
        FeatureMaps read = mapsOf(layer.input());
        if (layer instanceof FullyConnectedLayer connected) {
            @Nullable FeatureMaps hidden = maps.get(layer.name());
            FullyConnected weights = model.connected(layer.name());
            return hidden == null
                    ? new Connected(weights, read, logits, weights.newScratch())
                    : new Hidden(weights, read, connected.relu(), hidden, weights.newScratch());
        }
        FeatureMaps made = mapsOf(layer.name());
        if (layer instanceof ConvolutionLayer convolution) {
            return convolved(convolution, read, made);
        }
        int channels = made.channels();
        if (layer instanceof MaxPoolLayer pool) {
            return new ByChannel(
                    "max",
                    channels,
                    (from, to) ->
                            Pooling.max(
                                    read,
                                    pool.size(),
                                    pool.stride(),
                                    pool.padding(),
                                    made,
                                    from,
                                    to));
        }
        if (layer instanceof AveragePoolLayer pool) {
            return new ByChannel(
                    "average",
                    channels,
                    (from, to) -> Pooling.average(read, pool.size(), made, from, to));
        }
        PaddedSubsampleLayer shortcut = (PaddedSubsampleLayer) layer;
        return new ByChannel(
                "subsample",
                channels,
                (from, to) -> Pooling.paddedSubsample(read, shortcut.stride(), made, from, to));
    }

    /** The step of the network's last layer. */
    Step ending(Layer layer) {
        return layer instanceof FullyConnectedLayer
                ? of(layer)
                : new Ending(of(layer), mapsOf(layer.name()), logits);
    }

    private Step convolved(ConvolutionLayer layer, FeatureMaps read, FeatureMaps made) {
        boolean unfolds = JvmModel.isUnfolded(layer);
        FeatureMaps input =
                unfolds ? mapsOf(Objects.requireNonNull(SegmentPlan.unfolded(layer))) : read;
        @Nullable String from = layer.residual();
        Step convolved =
                new Convolved(
                        model.convolution(layer.name())
                                .bind(
                                        input,
                                        from == null ? null : mapsOf(from),
                                        layer.relu(),
                                        made,
                                        scratch));
        if (!unfolds) {
            return convolved;
        }
        Unfolding unfolding = new Unfolding(layer.kernelSize(), layer.stride());
        return new Unfolded(
                new ByChannel(
                        "unfold",
                        input.channels(),
                        (first, end) -> unfolding.apply(read, input, first, end)),
                convolved);
    }

    private FeatureMaps mapsOf(String layer) {
        FeatureMaps found = maps.get(layer);
        if (found == null) {
            throw new IllegalStateException("there are no maps of layer '" + layer + "'");
        }
        return found;
    }

    private record Convolved(SparseConvolution convolution) implements Step {
        @Override
        public int phases() {
            return convolution.phases();
        }

        @Override
        public int bands() {
            return convolution.bands();
        }

        @Override
        public void run(int phase, int part, int parts) {
            convolution.run(phase, part, parts);
        }

        @Override
        public LoopPlan plan() {
            return convolution.plan();
        }
    }

    /** What a layer makes is taken over as logits, all bands of it together. */
    private record Ending(Step step, FeatureMaps made, LogitsTarget logits) implements Step {
        @Override
        public int phases() {
            return step.phases() + 1;
        }

        @Override
        public void run(int phase, int part, int parts) {
            if (phase < step.phases()) {
                step.run(phase, part, parts);
            } else if (part == 0) {
                made.store(logits.count, logits.logits, logits.first);
            }
        }

        @Override
        public LoopPlan plan() {
            return step.plan();
        }
    }

    /** Patches first, then what convolves them. */
    private record Unfolded(Step unfolding, Step convolution) implements Step {
        @Override
        public int phases() {
            return unfolding.phases() + convolution.phases();
        }

        @Override
        public void run(int phase, int part, int parts) {
            if (phase < unfolding.phases()) {
                unfolding.run(phase, part, parts);
            } else {
                convolution.run(phase - unfolding.phases(), part, parts);
            }
        }

        @Override
        public LoopPlan plan() {
            return convolution.plan();
        }
    }

    /** A fully connected layer that others read; small enough for one thread. */
    private record Hidden(
            FullyConnected connected,
            FeatureMaps read,
            boolean relu,
            FeatureMaps made,
            FullyConnected.Scratch scratch)
            implements Step {
        @Override
        public int phases() {
            return 1;
        }

        @Override
        public void run(int phase, int part, int parts) {
            if (part == 0) {
                connected.apply(read, relu, made, scratch);
            }
        }

        @Override
        public LoopPlan plan() {
            return new LoopPlan("connected", List.of(), 0);
        }
    }

    private record Connected(
            FullyConnected connected,
            FeatureMaps read,
            LogitsTarget logits,
            FullyConnected.Scratch scratch)
            implements Step {
        @Override
        public int phases() {
            return 1;
        }

        @Override
        public void run(int phase, int part, int parts) {
            if (part == 0) {
                connected.apply(read, logits.count, logits.logits, logits.first, scratch);
            }
        }

        @Override
        public LoopPlan plan() {
            return new LoopPlan("connected", List.of(), 0);
        }
    }

    private record ByChannel(String family, int channels, Channels work) implements Step {
        @Override
        public int phases() {
            return 1;
        }

        @Override
        public void run(int phase, int part, int parts) {
            work.run(channels * part / parts, channels * (part + 1) / parts);
        }

        @Override
        public LoopPlan plan() {
            return new LoopPlan(family, List.of(), 0);
        }
    }

    private interface Channels {
        void run(int from, int to);
    }
}
