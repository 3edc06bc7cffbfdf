package io.psconv.bench.engine;

import io.psconv.model.convolution.ConvolutionForm;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The JVM engine with threads: each classifies a part of the batch. */
final class JvmEngines {
    private JvmEngines() {}

    static InferenceEngine create(ConvolutionForm form, Executor executor, int threads) {
        InferenceEngine single = new JvmEngine(form);
        return threads == 1 ? single : new SplitEngine(single, executor, threads);
    }

    private record SplitEngine(InferenceEngine single, Executor executor, int threads)
            implements InferenceEngine {
        @Override
        public String name() {
            return single.name();
        }

        @Override
        public LoadedModel load(CompressedModel model) {
            return new SplitModel(single.load(model), executor, threads);
        }
    }

    private record SplitModel(LoadedModel single, Executor executor, int threads)
            implements LoadedModel {
        @Override
        public CompressedModel model() {
            return single.model();
        }

        @Override
        public String engine() {
            return single.engine();
        }

        @Override
        public Classifier newClassifier(int maxBatch) {
            List<Part> parts = new ArrayList<>();
            int share = (maxBatch - 1) / threads + 1;
            for (int from = 0; from < maxBatch; from += share) {
                parts.add(new Part(single, from, share));
            }
            return new SplitClassifier(List.copyOf(parts), executor, maxBatch);
        }

        @Override
        public void close() {
            single.close();
        }
    }

    /** A classifier of the images from one on. */
    private static final class Part {
        private final Classifier classifier;
        private final int from;
        private final int imageLength;
        private final int classes;
        private final float[] input;
        private final float[] logits;

        Part(LoadedModel model, int from, int maxBatch) {
            this.classifier = model.newClassifier(maxBatch);
            this.from = from;
            this.imageLength = model.model().network().input().length();
            this.classes = model.model().network().classes();
            this.input = new float[maxBatch * imageLength];
            this.logits = new float[maxBatch * classes];
        }

        void classify(float[] input, int batch, float[] logits) {
            int own = Math.min(batch - from, classifier.maxBatch());
            if (own < 1) {
                return;
            }
            System.arraycopy(input, from * imageLength, this.input, 0, own * imageLength);
            classifier.classify(this.input, own, this.logits);
            System.arraycopy(this.logits, 0, logits, from * classes, own * classes);
        }
    }

    private record SplitClassifier(List<Part> parts, Executor executor, int maxBatch)
            implements Classifier {
        @Override
        public void classify(float[] input, int batch, float[] logits) {
            if (batch < 1 || batch > maxBatch) {
                throw new IllegalArgumentException(
                        "batch was '" + batch + "' but it must be between 1 and " + maxBatch);
            }
            List<CompletableFuture<Void>> others = new ArrayList<>();
            for (Part part : parts.subList(1, parts.size())) {
                others.add(
                        CompletableFuture.runAsync(
                                () -> part.classify(input, batch, logits), executor));
            }
            parts.get(0).classify(input, batch, logits);
            others.forEach(CompletableFuture::join);
        }

        @Override
        public void close() {
            parts.forEach(part -> part.classifier.close());
        }
    }
}
