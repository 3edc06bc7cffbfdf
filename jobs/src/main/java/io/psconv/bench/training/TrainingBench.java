package io.psconv.bench.training;

import io.psconv.bench.engine.BenchNetwork;
import io.psconv.bench.engine.MachineFacts;
import io.psconv.bench.engine.Skipped;
import io.psconv.bench.engine.Spread;
import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Network;
import io.psconv.model.pattern.Variant;
import io.psconv.model.training.TrainingEngine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Measures training engines on the same networks, in one process, by turns.
 *
 * <p>A step is what training does: forward, loss, backward, update of every weight. In every round
 * each candidate (engine and variant) takes a turn, beginning with another one each round, so that
 * what disturbs the machine for a while disturbs all alike; ratios are taken within a round. Images
 * are random pixels and labels random too, which does not matter to time.
 */
public final class TrainingBench {
    /** The dense peer that ratios are to. */
    public static final String PEER = "djl-pytorch";

    private static final long SEED = 1;

    private final TrainingBenchPlan plan;
    private final List<TrainingEngine> engines = new ArrayList<>();
    private final List<Skipped> skipped = new ArrayList<>();

    /**
     * Finds the engines.
     *
     * @param choose by name, for example {@code TrainingEngines::choose}
     * @throws IllegalArgumentException if there is no such engine
     */
    public TrainingBench(TrainingBenchPlan plan, Function<String, TrainingEngine> choose) {
        this.plan = plan;
        for (String name : plan.engines()) {
            try {
                engines.add(choose.apply(name));
            } catch (IllegalStateException | LinkageError e) {
                skipped.add(Skipped.of(name, e));
            }
        }
    }

    /** Turns and warm-ups there will be at most, for showing progress. */
    public long turns() {
        long candidates = 0;
        for (TrainingEngine engine : engines) {
            candidates += variants(engine).size();
        }
        return (plan.rounds() + 1L) * candidates * plan.networks().size();
    }

    /**
     * Measures one network after another.
     *
     * @param stopped asked before each turn; once true, what was measured by then is reported
     * @param progress called after each warm-up and turn
     */
    public TrainingBenchReport run(BooleanSupplier stopped, Runnable progress) {
        List<TrainingBenchReport.Row> rows = new ArrayList<>();
        for (BenchNetwork network : plan.networks()) {
            List<Trainee> trainees = trainees(network);
            measure(network.name(), trainees, stopped, progress);
            rows.addAll(rows(network.name(), trainees));
        }
        return new TrainingBenchReport(
                plan,
                MachineFacts.ofThisMachine(ConvolutionForms.choose("auto", false).description()),
                engines.stream().map(TrainingBench::describe).toList(),
                rows,
                skipped,
                !stopped.getAsBoolean());
    }

    private static String describe(TrainingEngine engine) {
        try {
            return engine.name() + ": " + engine.description();
        } catch (IllegalStateException | LinkageError e) {
            return engine.name() + " could not be loaded";
        }
    }

    private List<Variant> variants(TrainingEngine engine) {
        return engine.name().equals(PEER) ? List.of(Variant.DENSE) : plan.variants();
    }

    private List<Trainee> trainees(BenchNetwork named) {
        Network network = named.network();
        Random random = new Random(SEED);
        float[] images = new float[Math.multiplyExact(plan.batch(), network.input().length())];
        for (int index = 0; index < images.length; index++) {
            images[index] = (float) random.nextGaussian();
        }
        int[] labels = random.ints(plan.batch(), 0, network.classes()).toArray();
        List<Trainee> trainees = new ArrayList<>();
        for (TrainingEngine engine : engines) {
            for (Variant variant : variants(engine)) {
                try {
                    CompressedModel start = UntrainedModel.create(network, variant, SEED);
                    trainees.add(new Trainee(engine, start, plan.threads(), images, labels));
                } catch (IllegalArgumentException e) {
                    skipped.add(Skipped.of(what(named.name(), engine.name(), variant.name()), e));
                }
            }
        }
        return trainees;
    }

    /** A candidate that fails is left out: the others can still be compared. */
    private void measure(
            String network, List<Trainee> trainees, BooleanSupplier stopped, Runnable progress) {
        List<Trainee> able = new ArrayList<>();
        for (Trainee trainee : trainees) {
            if (stopped.getAsBoolean()) {
                return;
            }
            try {
                trainee.warmUp(plan.warmup());
                able.add(trainee);
            } catch (RuntimeException | LinkageError e) {
                skipped.add(Skipped.of(what(network, trainee.engine(), trainee.variant()), e));
            }
            progress.run();
        }
        for (int round = 0; round < plan.rounds(); round++) {
            List<Trainee> order = new ArrayList<>(able);
            Collections.rotate(order, -round);
            for (Trainee trainee : order) {
                if (stopped.getAsBoolean()) {
                    return;
                }
                trainee.run(plan.steps());
                progress.run();
            }
        }
    }

    private static String what(String network, String engine, String variant) {
        return network + " " + engine + " " + variant;
    }

    private List<TrainingBenchReport.Row> rows(String network, List<Trainee> trainees) {
        @Nullable List<Double> peer =
                trainees.stream()
                        .filter(trainee -> trainee.engine().equals(PEER))
                        .map(Trainee::imagesPerSecond)
                        .filter(rounds -> !rounds.isEmpty())
                        .findFirst()
                        .orElse(null);
        return trainees.stream()
                .filter(trainee -> !trainee.imagesPerSecond().isEmpty())
                .map(
                        trainee ->
                                new TrainingBenchReport.Row(
                                        trainee.engine(),
                                        network,
                                        trainee.variant(),
                                        plan.threads(),
                                        plan.batch(),
                                        Spread.of(trainee.imagesPerSecond()),
                                        peer == null
                                                ? null
                                                : Spread.ofRatios(trainee.imagesPerSecond(), peer)))
                .toList();
    }
}
