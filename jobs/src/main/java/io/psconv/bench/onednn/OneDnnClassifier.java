package io.psconv.bench.onednn;

import io.psconv.model.engine.Classifier;
import io.psconv.model.network.Network;
import java.util.HashMap;
import java.util.Map;

/** Runs the plan of each batch size, made when it first comes. */
final class OneDnnClassifier implements Classifier {
    private final OneDnnModel model;
    private final int maxBatch;
    private final Map<Integer, OneDnnPlan> plans = new HashMap<>();

    OneDnnClassifier(OneDnnModel model, int maxBatch) {
        if (maxBatch < 1) {
            throw new IllegalArgumentException(
                    "maxBatch was '" + maxBatch + "' but it must be at least 1");
        }
        this.model = model;
        this.maxBatch = maxBatch;
        plans.put(maxBatch, model.plan(maxBatch));
    }

    @Override
    public int maxBatch() {
        return maxBatch;
    }

    @Override
    public void classify(float[] input, int batch, float[] logits) {
        if (batch < 1 || batch > maxBatch) {
            throw new IllegalArgumentException(
                    "batch was '" + batch + "' but it must be between 1 and " + maxBatch);
        }
        Network network = model.model().network();
        int inputs = batch * network.input().length();
        int outputs = batch * network.classes();
        if (input.length < inputs || logits.length < outputs) {
            throw new IllegalArgumentException(
                    "input had "
                            + input.length
                            + " and logits "
                            + logits.length
                            + " values but "
                            + batch
                            + " images need "
                            + inputs
                            + " and "
                            + outputs);
        }
        plans.computeIfAbsent(batch, model::plan).run(input, logits);
    }

    @Override
    public void close() {
        plans.values().forEach(OneDnnPlan::close);
        plans.clear();
    }
}
