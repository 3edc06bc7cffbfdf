package io.psconv.model.engine;

import java.util.concurrent.Executor;

/**
 * Runs a model on several threads: each takes some images of a batch, and of a single image some
 * filters of each layer.
 */
final class TeamClassifier implements Classifier {
    private static final float[] NOTHING = {};

    private final ClassifierLimits limits;
    private final int threads;
    private final JvmClassifier[] slices;
    private final ThreadTeam batchTeam;
    private final NetworkPlan single;
    private final ThreadTeam imageTeam;

    private float[] input = NOTHING;
    private float[] logits = NOTHING;
    private int batch;

    TeamClassifier(JvmModel model, int maxBatch, Executor executor, int threads) {
        this.limits = ClassifierLimits.of(model.model().network(), maxBatch);
        this.threads = threads;
        this.slices = new JvmClassifier[threads];
        for (int slice = 0; slice < threads; slice++) {
            slices[slice] = new JvmClassifier(model, (maxBatch - 1) / threads + 1);
        }
        this.batchTeam = new ThreadTeam(executor, threads, new BatchWork());
        this.single = NetworkPlan.of(model, 1, threads);
        this.imageTeam = new ThreadTeam(executor, threads, new ImageWork(single.together()));
    }

    @Override
    public int maxBatch() {
        return limits.maxBatch();
    }

    @Override
    public void classify(float[] input, int batch, float[] logits) {
        limits.check(input, batch, logits);
        if (batch == 1) {
            single.target(logits, 0, 1);
            single.together().input().load(input, 0);
            imageTeam.run();
        } else {
            this.input = input;
            this.logits = logits;
            this.batch = batch;
            try {
                batchTeam.run();
            } finally {
                // They are the caller's, who may have no more use for them.
                this.input = NOTHING;
                this.logits = NOTHING;
            }
        }
    }

    @Override
    public void close() {
        // Maps are plain arrays: they go with the classifier.
    }

    /** One phase; a part is a slice of the batch. */
    private final class BatchWork implements ThreadTeam.Work {
        @Override
        public int phases() {
            return 1;
        }

        @Override
        public void run(int phase, int part) {
            int first = batch * part / threads;
            int end = batch * (part + 1) / threads;
            slices[part].classify(input, first, end, logits);
        }
    }

    /** The phases of all steps, one behind another. */
    private final class ImageWork implements ThreadTeam.Work {
        private final Step[] steps;

        /** By phase: the first phase of its step, and its step. */
        private final int[] firstPhases;

        private final int[] stepOf;

        ImageWork(NetworkSegment segment) {
            this.steps = segment.steps();
            int phases = 0;
            for (Step step : steps) {
                phases += step.phases();
            }
            this.firstPhases = new int[phases];
            this.stepOf = new int[phases];
            int phase = 0;
            for (int step = 0; step < steps.length; step++) {
                int first = phase;
                for (int own = 0; own < steps[step].phases(); own++) {
                    firstPhases[phase] = first;
                    stepOf[phase] = step;
                    phase++;
                }
            }
        }

        @Override
        public int phases() {
            return stepOf.length;
        }

        @Override
        public void run(int phase, int part) {
            steps[stepOf[phase]].run(phase - firstPhases[phase], part, threads);
        }
    }
}
