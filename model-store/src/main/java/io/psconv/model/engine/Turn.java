package io.psconv.model.engine;

import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShapes;
import io.psconv.model.network.Layer;
import java.util.ArrayList;
import java.util.List;

/**
 * A band of rows that a step makes before another step has its turn.
 *
 * @param layer number of the step in its segment
 * @param band from 0 to below the step's {@link Step#bands}
 */
record Turn(Step step, int layer, int band) {
    /**
     * Depth-first order: in a chain of layers a band is made as soon as the rows that it reads are,
     * and so reads them from a near cache (Alwani et al., Fused-Layer CNN Accelerators, MICRO 2016;
     * here all maps are kept, so that nothing is computed twice).
     *
     * @param steps by layer of the plan
     */
    static Turn[] inOrder(SegmentPlan plan, Step[] steps) {
        List<Turn> turns = new ArrayList<>();
        int first = 0;
        for (List<Layer> chain : plan.chains()) {
            new Chain(chain, plan.shapes(), steps, first, turns).makeAll();
            first += chain.size();
        }
        return turns.toArray(new Turn[0]);
    }

    /** Makes the band on the calling thread. */
    void run() {
        int phases = step.phases() / step.bands();
        for (int phase = band * phases; phase < (band + 1) * phases; phase++) {
            step.run(phase, 0, 1);
        }
    }

    /** Appends the turns of a chain. */
    private static final class Chain {
        private final List<Layer> layers;
        private final FeatureShapes shapes;
        private final Step[] steps;
        private final int first;
        private final List<Turn> turns;

        /** By layer: bands that have had their turn. */
        private final int[] made;

        /**
         * @param first number of the chain's first step
         */
        Chain(List<Layer> layers, FeatureShapes shapes, Step[] steps, int first, List<Turn> turns) {
            this.layers = layers;
            this.shapes = shapes;
            this.steps = steps;
            this.first = first;
            this.turns = turns;
            this.made = new int[layers.size()];
        }

        void makeAll() {
            // The last layer has the others make what it reads; then what only later chains read.
            for (int index = layers.size() - 1; index >= 0; index--) {
                make(index, steps[first + index].bands());
            }
        }

        /** Makes bands of a layer until there are so many. */
        private void make(int index, int bands) {
            while (made[index] < bands) {
                int band = made[index];
                if (layers.get(index) instanceof ConvolutionLayer layer) {
                    int rows = shapes.of(layer.name()).height() / steps[first + index].bands();
                    int lastRow = (band + 1) * rows - 1;
                    makeRow(layer.input(), lastRow * layer.stride() + layer.kernelSize() / 2);
                    if (layer.residual() != null) {
                        makeRow(layer.residual(), lastRow);
                    }
                }
                turns.add(new Turn(steps[first + index], first + index, band));
                made[index]++;
            }
        }

        /** Makes a row, or the last one if that is above it, unless an earlier chain has. */
        private void makeRow(String layer, int row) {
            for (int index = 0; index < layers.size(); index++) {
                if (layers.get(index).name().equals(layer)) {
                    int bands = steps[first + index].bands();
                    int rows = shapes.of(layer).height() / bands;
                    make(index, Math.min(row / rows + 1, bands));
                }
            }
        }
    }
}
