package io.psconv.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A run laid beside an earlier one, cell by cell.
 *
 * @param matches cells that both have, in the run's order
 * @param onlyNow cells that the baseline lacks
 * @param onlyBefore cells that the run lacks
 * @param obstacles what differs in machine or method, so that figures cannot be held against each
 *     other; nothing is judged then
 * @param differences what else differs
 * @param isSpreadKnown whether both runs have more than one round; nothing is judged otherwise
 */
record BaselineComparison(
        List<Match> matches,
        List<ResultCell> onlyNow,
        List<ResultCell> onlyBefore,
        List<String> obstacles,
        List<String> differences,
        boolean isSpreadKnown) {
    BaselineComparison {
        matches = List.copyOf(matches);
        onlyNow = List.copyOf(onlyNow);
        onlyBefore = List.copyOf(onlyBefore);
        obstacles = List.copyOf(obstacles);
        differences = List.copyOf(differences);
    }

    static BaselineComparison of(PipelineResults now, PipelineResults before) {
        Map<CellKey, ResultCell> left = new LinkedHashMap<>();
        before.cells().forEach(cell -> left.put(cell.key(), cell));
        List<Match> matches = new ArrayList<>();
        List<ResultCell> onlyNow = new ArrayList<>();
        for (ResultCell cell : now.cells()) {
            @Nullable ResultCell earlier = left.remove(cell.key());
            if (earlier == null) {
                onlyNow.add(cell);
            } else {
                matches.add(new Match(cell, earlier));
            }
        }
        return new BaselineComparison(
                matches,
                onlyNow,
                List.copyOf(left.values()),
                obstacles(now, before),
                differences(now, before),
                now.settings().rounds() > 1 && before.settings().rounds() > 1);
    }

    /** Whether figures are judged at all. */
    boolean isJudged() {
        return obstacles.isEmpty() && isSpreadKnown;
    }

    /** How many cells' throughput is judged so. */
    long count(Verdict verdict) {
        return matches.stream().filter(match -> match.throughput() == verdict).count();
    }

    private static List<String> obstacles(PipelineResults now, PipelineResults before) {
        List<String> found = new ArrayList<>();
        add(found, "processor", now.machine().cpu(), before.machine().cpu());
        add(found, "cores", now.machine().cores(), before.machine().cores());
        RunSettings one = now.settings();
        RunSettings other = before.settings();
        add(found, "arrivals", one.arrivals(), other.arrivals());
        add(found, "frames", one.frames(), other.frames());
        add(found, "delivery guarantee", one.deliveryGuarantee(), other.deliveryGuarantee());
        add(
                found,
                "checkpoint interval in ms",
                one.checkpointIntervalMillis(),
                other.checkpointIntervalMillis());
        add(found, "load of latencies", one.latencyLoadShare(), other.latencyLoadShare());
        TreeSet<String> names = new TreeSet<>(one.others().keySet());
        names.addAll(other.others().keySet());
        for (String name : names) {
            add(
                    found,
                    name,
                    one.others().getOrDefault(name, "not given"),
                    other.others().getOrDefault(name, "not given"));
        }
        return found;
    }

    private static List<String> differences(PipelineResults now, PipelineResults before) {
        List<String> found = new ArrayList<>();
        add(found, "version", now.version(), before.version());
        add(found, "Java", now.machine().java(), before.machine().java());
        add(found, "system", now.machine().os(), before.machine().os());
        add(
                found,
                "memory in bytes",
                String.valueOf(now.machine().memoryBytes()),
                String.valueOf(before.machine().memoryBytes()));
        RunSettings one = now.settings();
        RunSettings other = before.settings();
        add(found, "rounds", one.rounds(), other.rounds());
        add(found, "seconds a point", one.secondsPerPoint(), other.secondsPerPoint());
        add(
                found,
                "warm-up in seconds",
                Quantity.of(one.warmUpSeconds()),
                Quantity.of(other.warmUpSeconds()));
        add(found, "seed", one.seed(), other.seed());
        return found;
    }

    private static void add(List<String> found, String name, Object now, Object before) {
        if (!Objects.equals(now, before)) {
            found.add(name + ": '" + now + "', baseline '" + before + "'");
        }
    }

    /** A change beside what rounds of one run differ by. */
    enum Verdict {
        BETTER,
        WORSE,
        WITHIN_SPREAD
    }

    /** A cell of both runs. */
    record Match(ResultCell now, ResultCell before) {
        /** Whether the runs' ranges of frames/s are apart. */
        Verdict throughput() {
            if (now.framesPerSecondMin() > before.framesPerSecondMax()) {
                return Verdict.BETTER;
            }
            return now.framesPerSecondMax() < before.framesPerSecondMin()
                    ? Verdict.WORSE
                    : Verdict.WITHIN_SPREAD;
        }

        /**
         * Judges a figure of which less is better and no spread is known, by the two runs' relative
         * spread of frames/s.
         */
        Verdict cost(double cost, double earlier) {
            double spread = now.relativeSpread() + before.relativeSpread();
            if (cost * (1 + spread) < earlier) {
                return Verdict.BETTER;
            }
            return cost > earlier * (1 + spread) ? Verdict.WORSE : Verdict.WITHIN_SPREAD;
        }

        /** Whether both have joules, of one source. */
        boolean hasEnergy() {
            return now.ownEnergySource() != null
                    && Objects.equals(now.ownEnergySource(), before.ownEnergySource());
        }
    }
}
