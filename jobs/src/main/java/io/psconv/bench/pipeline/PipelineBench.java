package io.psconv.bench.pipeline;

import io.psconv.bench.engine.Skipped;
import io.psconv.job.kafka.KafkaProperties;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures cells by turns on one cluster, of processes here or given.
 *
 * <p>The highest sustained load is looked for from what the cell drained a heap of frames at; a
 * later round begins where the one before it ended, or above. For one thread.
 */
public final class PipelineBench {
    private static final String PREFIX = "psconv-bench-";

    /** Of the drained rate, which generator and readers had not to be paid for by. */
    private static final double FIRST_SHARE = 0.95;

    private static final double STEP_UP = 1.04;
    private static final double STEP_DOWN = 0.94;

    /** Frames whose answers are waited for before anything is measured. */
    private static final int FIRST_FRAMES = 50;

    /** Share of the compilers in the task manager's time below which it counts as warm. */
    private static final double MOST_COMPILED = 0.03;

    /** Of the rate from one heap to the next, beyond what differs anyway. */
    private static final double MOST_GROWTH = 1.05;

    private static final int MOST_DRAINED = 20_000;

    private final PipelinePlan plan;
    private final BooleanSupplier stopped;
    private final Consumer<String> watcher;
    private final Map<Cell, List<CellRound>> rounds = new LinkedHashMap<>();
    private final Map<Cell, Double> sustained = new HashMap<>();
    private final Map<Cell, String> failed = new LinkedHashMap<>();
    private final List<String> leftBehind = new ArrayList<>();

    /** What the run's topics, jobs and consumer groups are called, and nobody else's. */
    private final String prefix =
            PREFIX + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());

    private int runs;

    /**
     * Prepares a run.
     *
     * @param stopped asked now and then
     * @param watcher is told in a line what was just measured
     */
    public PipelineBench(PipelinePlan plan, BooleanSupplier stopped, Consumer<String> watcher) {
        this.plan = plan;
        this.stopped = stopped;
        this.watcher = watcher;
    }

    /**
     * Sees that what was given can be used, before anything else: Kafka lets topics be made and
     * deleted, Flink takes the job and has room for it.
     *
     * @throws IOException if Flink cannot be used, or Kafka keeps topics; the message says why
     * @throws io.psconv.job.kafka.TopicCheckException if Kafka cannot be used
     */
    public void check() throws IOException, InterruptedException {
        if (plan.place().flink() != null) {
            try (GivenCluster cluster = new GivenCluster(plan.place(), prefix)) {
                cluster.check(plan.slots());
            }
        }
        KafkaProperties kafka = plan.place().kafka();
        if (kafka != null) {
            try (BenchTopics topics = new BenchTopics(kafka, prefix)) {
                topics.check();
            }
        }
    }

    /**
     * Measures; if stopped, what there is by then. Jobs and topics of the run are gone afterwards,
     * or are {@link #leftBehind}.
     *
     * @throws IOException if the cluster does not start
     */
    public PipelineReport run() throws IOException, InterruptedException {
        Instant start = Instant.now();
        boolean complete = false;
        try (BenchCluster cluster = cluster();
                BenchTopics topics = new BenchTopics(cluster.kafka(), prefix)) {
            try {
                complete = warmUp(cluster, topics) && measureAll(cluster, topics);
            } finally {
                // Jobs first: who asks for a topic may bring it back.
                clear(cluster::clear);
                clear(topics::clear);
            }
        }
        List<CellResult> results = new ArrayList<>();
        rounds.forEach((cell, measured) -> results.add(CellResult.of(cell, measured)));
        return new PipelineReport(
                plan,
                start,
                Instant.now(),
                results,
                failed.entrySet().stream()
                        .map(cell -> new Skipped(cell.getKey().name(), cell.getValue()))
                        .toList(),
                complete);
    }

    private BenchCluster cluster() throws IOException, InterruptedException {
        return plan.place().flink() == null
                ? OwnCluster.start(plan, plan.place().kafka())
                : new GivenCluster(plan.place(), prefix);
    }

    /** Figures must not be lost because something cannot be tidied away. */
    private void clear(Clearing clearing) throws InterruptedException {
        try {
            clearing.clear();
        } catch (IOException e) {
            leftBehind.add(message(e));
        }
    }

    private static String message(Exception failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    /** What the run could not end or delete, each with what to do; empty if all is gone. */
    public List<String> leftBehind() {
        return List.copyOf(leftBehind);
    }

    private CellRun start(Cell cell, BenchCluster cluster, BenchTopics topics, int judged)
            throws Exception {
        runs++;
        return new CellRun(
                cell, cluster, topics, prefix + "-" + runs, plan.workload(), judged, stopped);
    }

    /**
     * Lets many frames through a network that takes hardly any time: what is around it is compiled
     * by their number. False if stopped meanwhile.
     */
    private boolean warmUp(BenchCluster cluster, BenchTopics topics)
            throws IOException, InterruptedException {
        Path folder = cluster.folder();
        Cell cell =
                folder == null
                        ? null
                        : plan.workload()
                                .warmUp(folder.resolve("warm-up"), plan.slots(), plan.seed());
        if (cell == null) {
            return true;
        }
        watcher.accept("warming up");
        try (CellRun run = start(cell, cluster, topics, 0)) {
            warmUp(run);
            return true;
        } catch (CellRun.StoppedException e) {
            return false;
        } catch (IOException | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the job that warms up the task manager failed", e);
        }
    }

    private boolean measureAll(BenchCluster cluster, BenchTopics topics)
            throws InterruptedException {
        for (int round = 1; round <= plan.rounds(); round++) {
            for (Cell cell : plan.cells()) {
                if (stopped.getAsBoolean()) {
                    return false;
                }
                if (!failed.containsKey(cell) && !measure(cluster, topics, cell, round)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** False if stopped meanwhile. */
    private boolean measure(BenchCluster cluster, BenchTopics topics, Cell cell, int round)
            throws InterruptedException {
        // What is right once is right again: the first round tells.
        int judged = round == 1 ? plan.judged() : 0;
        try (CellRun run = start(cell, cluster, topics, judged)) {
            CellRound measured = measure(run, cell, round);
            rounds.computeIfAbsent(cell, any -> new ArrayList<>()).add(measured);
            watcher.accept(line(cell, round, measured));
        } catch (CellRun.StoppedException e) {
            return false;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            // One engine that does not run here must not cost the figures of the others.
            failed.put(cell, message(e));
            watcher.accept(cell.name() + ": left out: " + message(e));
        }
        return true;
    }

    private CellRound measure(CellRun run, Cell cell, int round) throws Exception {
        double drained = warmUp(run);
        // What was sustained while the JVM still compiled must not hold later rounds down.
        double first = Math.max(drained * FIRST_SHARE, sustained.getOrDefault(cell, 0.0));
        List<LoadPoint> points = new ArrayList<>();
        @Nullable LoadPoint best = search(run, first, round, points);
        @Nullable LoadPoint latency = null;
        if (best != null) {
            sustained.put(cell, best.offered());
            latency = run.offer(plan, best.offered() * plan.latencyShare(), seed(round, 0));
            points.add(latency);
        }
        Judgement judged = run.judge(heap(drained));
        Bursts bursts = plan.bursts();
        BurstFigures bursting =
                best == null || bursts == null ? null : run.burst(bursts, best.offered());
        return new CellRound(
                best,
                latency,
                points,
                run.takeFigures(),
                judged,
                run.checkpoints(),
                drained,
                bursting);
    }

    /**
     * Lets the job drain heaps of frames until hardly anything is left to be compiled; gives the
     * rate it drained the last one at.
     */
    private double warmUp(CellRun run) throws Exception {
        long end = System.nanoTime() + plan.warmUp().toNanos();
        double rate = run.drain(FIRST_FRAMES);
        rate = run.drain(heap(rate / 2));
        boolean isWarm = false;
        while (!isWarm && System.nanoTime() < end) {
            double earlier = rate;
            ClusterCpu before = run.cpu();
            rate = run.drain(heap(rate));
            isWarm = isWarm(run.cpu().since(before), rate / earlier);
        }
        return rate;
    }

    /**
     * Where nobody tells what the compilers do, a rate that does not grow any more is all there is.
     */
    private static boolean isWarm(ClusterCpu used, double growth) {
        Double compilers = used.compilerShare();
        return compilers == null ? growth < MOST_GROWTH : compilers <= MOST_COMPILED;
    }

    private int heap(double framesPerSecond) {
        double count = framesPerSecond * plan.point().toMillis() / 1e3;
        return (int) Math.min(MOST_DRAINED, Math.max(FIRST_FRAMES, count));
    }

    /** The highest sustained load found; null if there is none. */
    private @Nullable LoadPoint search(CellRun run, double first, int round, List<LoadPoint> points)
            throws Exception {
        @Nullable LoadPoint best = null;
        double rate = first;
        for (int step = 1; step <= plan.steps(); step++) {
            LoadPoint point = run.offer(plan, rate, seed(round, step));
            points.add(point);
            if (point.isSustained()) {
                best = point;
                if (points.stream().anyMatch(other -> !other.isSustained())) {
                    return best;
                }
                rate *= STEP_UP;
            } else if (best != null) {
                return best;
            } else {
                rate = Math.min(rate * STEP_DOWN, point.usage().framesPerSecond());
            }
        }
        return best;
    }

    private long seed(int round, int step) {
        return plan.seed() + round * 1000L + step;
    }

    private static String line(Cell cell, int round, CellRound measured) {
        LoadPoint best = measured.best();
        return cell.name()
                + ", round "
                + round
                + ": "
                + (best == null
                        ? "no load was sustained"
                        : Math.round(best.usage().framesPerSecond()) + " frames/s");
    }

    /** Something that tidies up. */
    private interface Clearing {
        void clear() throws IOException, InterruptedException;
    }
}
