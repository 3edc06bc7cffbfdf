package io.psconv.bench.engine;

import io.psconv.bench.engine.Contenders.Contender;
import io.psconv.model.convolution.ConvolutionForm;
import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Network;
import io.psconv.model.pattern.Variant;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Measures engines on the same networks, in one process, by turns.
 *
 * <p>In every round each candidate (engine, variant, batch size) and the {@linkplain Ceiling
 * ceiling} runs for a slice of time, beginning with another one each round, so that what disturbs
 * the machine for a while disturbs all alike. Ratios are taken within a round. All run on the
 * calling thread, helped by as many others as the plan says; one thread and several take turns.
 * Networks are untrained: time does not depend on what the weights say as long as all values are
 * ordinary numbers, which is checked, as is that the dense peers answer as our engine does.
 */
public final class EngineBench implements AutoCloseable {
    private static final long SEED = 1;

    /** Images whose answers are compared between engines. */
    private static final int COMPARED = 4;

    /** Largest distance of an fp32 engine's logits from ours, as a share of their length. */
    private static final double FP32_DIFFERENCE = 1e-3;

    /** Time for the threads of the candidate before to fall asleep. */
    private static final Duration PAUSE = Duration.ofMillis(10);

    private static final double SMALLEST_ORDINARY = 1e-6;
    private static final double LARGEST_ORDINARY = 1e6;

    private final BenchPlan plan;
    private final ConvolutionForm form;
    private final ExecutorService executor;
    private final Contenders contenders;
    private final List<Skipped> torchSkipped = new ArrayList<>();
    private final @Nullable TorchPeer torch;

    /**
     * Finds the engines.
     *
     * @throws IllegalStateException if the JVM was started without the Vector API
     */
    public EngineBench(BenchPlan plan) {
        this.plan = plan;
        this.form = ConvolutionForms.choose("vector", true);
        this.executor =
                Executors.newFixedThreadPool(
                        Math.max(1, plan.mostThreads() - 1),
                        task -> {
                            Thread thread = new Thread(task, "psconv-bench");
                            thread.setDaemon(true);
                            return thread;
                        });
        this.contenders = Contenders.of(plan, form, executor);
        this.torch = contenders.haveCuda() ? findTorch() : null;
    }

    /** PyTorch on the same device, where there is a Python with it. */
    private @Nullable TorchPeer findTorch() {
        try {
            return TorchPeer.find();
        } catch (IOException e) {
            torchSkipped.add(Skipped.of(Contenders.TORCH_CUDA, e));
            return null;
        }
    }

    /** What convolutions run on, for example {@code 16 lanes of 32 bits}. */
    public String form() {
        return form.description();
    }

    /** Slices and warm-ups there will be at most, for showing progress. */
    public long steps() {
        return (plan.rounds() + 1L) * entrants() * plan.networks().size();
    }

    /** About how long it will take, without loading. */
    public Duration estimate() {
        return plan.slice()
                .plus(PAUSE)
                .multipliedBy(plan.rounds())
                .plus(plan.warmup())
                .multipliedBy((long) entrants() * plan.networks().size());
    }

    private int entrants() {
        int subjects = contenders.peers().size();
        subjects += contenders.ours().size() * plan.variants().size();
        subjects += torch == null ? 0 : TorchPeer.PRECISIONS.size();
        return subjects * plan.batches().size() + plan.threads().size();
    }

    /**
     * Measures one network after another.
     *
     * @param stopped asked before each slice; once true, what was measured by then is reported
     * @param progress called after each warm-up and slice
     */
    public BenchReport run(BooleanSupplier stopped, Runnable progress) {
        List<BenchReport.Row> rows = new ArrayList<>();
        List<Skipped> skipped = new ArrayList<>(contenders.skipped());
        skipped.addAll(torchSkipped);
        Map<Integer, List<Double>> gigaflops = new TreeMap<>();
        for (BenchNetwork network : plan.networks()) {
            if (stopped.getAsBoolean()) {
                break;
            }
            List<Ceiling> ceilings =
                    plan.threads().stream().map(each -> new Ceiling(executor, each)).toList();
            try (Field field = new Field(network)) {
                skipped.addAll(field.skipped);
                measure(field.candidates, ceilings, stopped, progress);
                rows.addAll(
                        BenchRows.of(
                                network,
                                field.candidates.stream().map(Contestant::measurement).toList(),
                                ceilings.stream()
                                        .collect(
                                                Collectors.toMap(
                                                        Ceiling::threads, Ceiling::gigaflops))));
            }
            for (Ceiling each : ceilings) {
                gigaflops
                        .computeIfAbsent(each.threads(), threads -> new ArrayList<>())
                        .addAll(each.gigaflops());
            }
        }
        return new BenchReport(
                plan,
                MachineFacts.ofThisMachine(form.description()),
                spreads(gigaflops),
                rows,
                skipped,
                !stopped.getAsBoolean());
    }

    private static SortedMap<Integer, Spread> spreads(Map<Integer, List<Double>> gigaflops) {
        SortedMap<Integer, Spread> spreads = new TreeMap<>();
        gigaflops.forEach(
                (threads, values) -> {
                    if (!values.isEmpty()) {
                        spreads.put(threads, Spread.of(values));
                    }
                });
        return spreads;
    }

    private void measure(
            List<Contestant> candidates,
            List<Ceiling> ceilings,
            BooleanSupplier stopped,
            Runnable progress) {
        List<Entrant> entrants = new ArrayList<>(candidates);
        entrants.addAll(ceilings);
        for (Entrant entrant : entrants) {
            if (stopped.getAsBoolean()) {
                return;
            }
            entrant.warmUp(plan.warmup().toNanos());
            progress.run();
        }
        for (int round = 0; round < plan.rounds(); round++) {
            List<Entrant> order = new ArrayList<>(entrants);
            Collections.rotate(order, -(round * entrants.size() / plan.rounds()));
            for (Entrant entrant : order) {
                if (stopped.getAsBoolean()) {
                    return;
                }
                pause();
                entrant.runSlice(plan.slice().toNanos());
                progress.run();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
        if (torch != null) {
            torch.close();
        }
    }

    /** The candidates of one network, with what must be closed behind them. */
    private final class Field implements AutoCloseable {
        final List<Contestant> candidates = new ArrayList<>();
        final List<Skipped> skipped = new ArrayList<>();
        private final Network network;
        private final List<AutoCloseable> open = new ArrayList<>();
        private final float[] input;
        private final float[] logits;
        private final float[] expected;

        Field(BenchNetwork named) {
            network = named.network();
            int most = Math.max(COMPARED, Collections.max(plan.batches()));
            input = images(most);
            logits = new float[most * network.classes()];
            CompressedModel dense = UntrainedModel.create(network, Variant.DENSE, SEED);
            expected = expected(dense);
            for (Contender peer : contenders.peers()) {
                add(named.name(), peer, dense);
            }
            for (Contender ours : contenders.ours()) {
                for (Variant variant : plan.variants()) {
                    addOurs(named.name(), ours, variant, dense);
                }
            }
            if (torch != null) {
                addTorch(named, torch);
            }
        }

        private void addTorch(BenchNetwork named, TorchPeer peer) {
            for (String precision : TorchPeer.PRECISIONS) {
                for (int batch : plan.batches()) {
                    Subject subject =
                            new Subject(
                                    Contenders.TORCH_CUDA,
                                    precision,
                                    plan.threads().get(0),
                                    Variant.DENSE);
                    try {
                        candidates.add(
                                peer.candidate(
                                        new Subject.AtBatch(subject, "channels_last", batch),
                                        network));
                    } catch (IOException e) {
                        skipped.add(
                                Skipped.of(
                                        named.name()
                                                + " "
                                                + Contenders.TORCH_CUDA
                                                + " "
                                                + precision
                                                + " batch "
                                                + batch,
                                        e));
                    }
                }
            }
        }

        private void addOurs(String name, Contender ours, Variant variant, CompressedModel dense) {
            CompressedModel model;
            try {
                model = variant.isDense() ? dense : UntrainedModel.create(network, variant, SEED);
            } catch (IllegalArgumentException e) {
                skipped.add(Skipped.of(name + " " + ours.engine() + " " + variant, e));
                return;
            }
            add(name, ours, model);
        }

        /** An engine that fails is left out: the others can still be compared. */
        private void add(String name, Contender contender, CompressedModel model) {
            Subject subject =
                    new Subject(
                            contender.engine(),
                            contender.precision(),
                            contender.threads(),
                            model.variant());
            String what = name + " " + contender.engine() + " " + contender.precision();
            try {
                contender.claim().run();
                LoadedModel loaded = contender.loader().load(model);
                open.add(loaded);
                for (int batch : plan.batches()) {
                    Classifier classifier = loaded.newClassifier(batch);
                    open.add(classifier);
                    check(subject, classifier);
                    candidates.add(
                            new Candidate(
                                    new Subject.AtBatch(subject, contender.layout(), batch),
                                    contender.claim(),
                                    classifier,
                                    input,
                                    logits,
                                    most(loaded.leastNanos(batch), batch)));
                }
            } catch (NoClassDefFoundError e) {
                skipped.add(new Skipped(what, "not on the class path: " + e.getMessage()));
            } catch (RuntimeException | LinkageError e) {
                skipped.add(Skipped.of(what + " " + model.variant(), e));
            }
        }

        private static @Nullable Double most(OptionalDouble leastNanos, int batch) {
            return leastNanos.isEmpty() ? null : 1e9 * batch / leastNanos.getAsDouble();
        }

        private void check(Subject subject, Classifier classifier) {
            // The whole batch, which is what engines may plan for.
            classifier.classify(input, classifier.maxBatch(), logits);
            int images = Math.min(COMPARED, classifier.maxBatch());
            double largest = 0;
            double distance = 0;
            double length = 0;
            for (int index = 0; index < images * network.classes(); index++) {
                largest = Math.max(largest, Math.abs(logits[index]));
                distance += Math.pow(logits[index] - (double) expected[index], 2);
                length += Math.pow(expected[index], 2);
            }
            if (!(largest > SMALLEST_ORDINARY && largest < LARGEST_ORDINARY)) {
                throw new IllegalStateException(
                        "the largest logit was '"
                                + largest
                                + "' but it must be an ordinary number; the engine computes"
                                + " wrongly here");
            }
            double difference = Math.sqrt(distance / length);
            if (subject.variant().isDense()
                    && subject.precision().equals(Subject.FP32)
                    && !(difference <= FP32_DIFFERENCE)) {
                throw new IllegalStateException(
                        "the logits differ from the "
                                + JvmEngine.NAME
                                + " engine's by '"
                                + difference
                                + "' of their length but it must be at most "
                                + FP32_DIFFERENCE
                                + "; the engine computes wrongly here");
            }
        }

        private float[] images(int count) {
            Random random = new Random(SEED);
            float[] values = new float[count * network.input().length()];
            for (int index = 0; index < values.length; index++) {
                values[index] = (float) random.nextGaussian();
            }
            return values;
        }

        private float[] expected(CompressedModel dense) {
            float[] answers = new float[COMPARED * network.classes()];
            try (LoadedModel reference = new JvmEngine(form).load(dense);
                    Classifier classifier = reference.newClassifier(COMPARED)) {
                classifier.classify(input, COMPARED, answers);
            }
            return answers;
        }

        @Override
        public void close() {
            Collections.reverse(open);
            for (AutoCloseable each : open) {
                if (each instanceof Classifier classifier) {
                    classifier.close();
                } else if (each instanceof LoadedModel loaded) {
                    loaded.close();
                }
            }
        }
    }
}
