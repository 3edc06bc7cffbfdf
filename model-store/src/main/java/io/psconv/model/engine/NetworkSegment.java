package io.psconv.model.engine;

import io.psconv.model.convolution.ConvolutionScratch;
import io.psconv.model.convolution.FeatureMaps;
import io.psconv.model.network.Layer;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The steps of consecutive layers between their feature maps. */
final class NetworkSegment {
    private final SegmentPlan plan;
    private final Map<String, FeatureMaps> maps;

    /** An array, because a list's iterator is an object for each batch. */
    private final Step[] steps;

    private final Turn[] turns;

    /**
     * Binds layers to memory.
     *
     * @param start of the plan's part of {@code memory}
     */
    NetworkSegment(
            JvmModel model,
            SegmentPlan plan,
            float[] memory,
            int start,
            ConvolutionScratch scratch,
            LogitsTarget logits) {
        this.plan = plan;
        this.maps = plan.mapsIn(memory, start);
        LayerSteps made = new LayerSteps(model, maps, scratch, logits);
        this.steps =
                plan.layers().stream()
                        .map(layer -> plan.isEnd(layer) ? made.ending(layer) : made.of(layer))
                        .toArray(Step[]::new);
        this.turns = Turn.inOrder(plan, steps);
    }

    FeatureMaps input() {
        return Objects.requireNonNull(maps.get(plan.inputName()));
    }

    /** Maps of the last layer, which must not be the one that makes the logits. */
    FeatureMaps output() {
        List<Layer> layers = layers();
        return Objects.requireNonNull(maps.get(layers.get(layers.size() - 1).name()));
    }

    List<Layer> layers() {
        return plan.layers();
    }

    /** By layer; one after another they make the output, too. */
    Step[] steps() {
        return steps;
    }

    /** All bands of all steps in the order in which one thread runs them. */
    Turn[] turns() {
        return turns;
    }
}
