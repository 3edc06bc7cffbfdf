package io.psconv.bench.energy;

import io.psconv.operator.energy.ModelledEnergy;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.EnergyWindow;
import io.psconv.operator.record.FrameEnergy;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Adds up energy windows and committed classifications: first all windows, then the
 * classifications.
 *
 * <p>Frames and windows that come twice count once. Of a measured window, committed frames had as
 * much of the attributed joules as of the busy time; of a modelled one, the sum of their charges.
 * Sums are exact, so work that was committed whole leaves a remainder of zero. Not thread-safe.
 */
public final class EnergyAccount {
    /** Rounding of products of rates and times, relative to what was attributed. */
    private static final double TOLERANCE = 1e-9;

    private static final double NANOS = 1e9;

    private final long fromMillis;
    private final long untilMillis;
    private final Map<WindowId, Entry> windows = new HashMap<>();
    private final FrameIds seen = new FrameIds();
    private final Map<String, Charges> charges = new TreeMap<>();
    private long frames;
    private long repeatedFrames;
    private long unchargedFrames;
    private long unreadableFrames;
    private long repeatedWindows;
    private long contradictoryWindows;
    private long unreadableWindows;

    /**
     * Makes an account of the windows that start within a time, and the frames worked on in them.
     *
     * @param fromMillis milliseconds since 1970 UTC, included
     * @param untilMillis milliseconds since 1970 UTC, not included
     * @throws IllegalArgumentException if there is nothing in between
     */
    public EnergyAccount(long fromMillis, long untilMillis) {
        if (untilMillis <= fromMillis) {
            throw new IllegalArgumentException(
                    "the time until was "
                            + untilMillis
                            + " but it must be after the time from, "
                            + fromMillis);
        }
        this.fromMillis = fromMillis;
        this.untilMillis = untilMillis;
    }

    /** Adds a window. */
    public void add(EnergyWindow window) {
        Entry before =
                windows.putIfAbsent(
                        new WindowId(window.ledger(), window.number()), new Entry(window));
        if (before != null) {
            if (before.window.equals(window)) {
                repeatedWindows++;
            } else {
                contradictoryWindows++;
            }
        }
    }

    /** Counts a record that is no window. */
    public void addUnreadableWindow() {
        unreadableWindows++;
    }

    /** Counts a record that is no classification. */
    public void addUnreadableFrame() {
        unreadableFrames++;
    }

    /** Adds a committed classification; the window that it was worked on in must be there. */
    public void add(Classification classification) {
        FrameEnergy energy = classification.energy();
        Entry entry =
                energy == null
                        ? null
                        : windows.get(new WindowId(energy.ledger(), energy.workWindow()));
        boolean counts =
                entry == null
                        ? isWithin(classification.timestampMillis())
                        : isWithin(entry.window.startMillis());
        if (!seen.add(classification.frame())) {
            repeatedFrames += counts ? 1 : 0;
            return;
        }
        if (!counts) {
            return;
        }
        frames++;
        if (energy == null) {
            unchargedFrames++;
        } else {
            charges.computeIfAbsent(energy.source(), source -> new Charges())
                    .add(classification, energy, entry);
        }
    }

    /** What has been added so far. */
    public EnergyStatement statement() {
        Map<String, List<Entry>> ledgers = new TreeMap<>();
        for (Entry entry : windows.values()) {
            ledgers.computeIfAbsent(entry.window.ledger(), ledger -> new ArrayList<>()).add(entry);
        }
        Map<String, Totals> totals = new TreeMap<>();
        charges.keySet().forEach(source -> totals.put(source, new Totals()));
        JouleSum excess = new JouleSum();
        for (List<Entry> ledger : ledgers.values()) {
            ledger.sort((one, other) -> Long.compare(one.window.number(), other.window.number()));
            String source = ledger.get(0).window.source();
            double over = totals.computeIfAbsent(source, name -> new Totals()).add(ledger);
            excess.add(over);
        }
        List<SourceStatement> sources = new ArrayList<>();
        long counted = 0;
        for (Map.Entry<String, Totals> total : totals.entrySet()) {
            Charges charged = charges.getOrDefault(total.getKey(), new Charges());
            if (total.getValue().windows > 0 || charged.frames > 0) {
                sources.add(total.getValue().statement(total.getKey(), charged));
                counted += total.getValue().windows;
            }
        }
        return new EnergyStatement(
                sources,
                frames,
                repeatedFrames,
                unchargedFrames,
                unreadableFrames,
                counted,
                repeatedWindows,
                contradictoryWindows,
                unreadableWindows,
                excess.value());
    }

    private boolean isWithin(long millis) {
        return millis >= fromMillis && millis < untilMillis;
    }

    private record WindowId(String ledger, long number) {}

    /** A window and what committed frames had of it. */
    private static final class Entry {
        private final EnergyWindow window;
        private final JouleSum chargedJoules = new JouleSum();
        private long busyNanos;

        Entry(EnergyWindow window) {
            this.window = window;
        }

        boolean isMeasured() {
            return !window.source().equals(ModelledEnergy.SOURCE);
        }

        /** Counts a committed frame, and says what it had. */
        double add(FrameEnergy energy) {
            busyNanos += energy.busyNanos();
            chargedJoules.add(energy.joules());
            return isMeasured()
                    ? window.joulesPerBusySecond() * (energy.busyNanos() / NANOS)
                    : energy.joules();
        }

        /** What was attributed and not committed. */
        BigDecimal repeatedJoules() {
            if (!isMeasured()) {
                return new BigDecimal(window.attributedJoules()).subtract(chargedJoules.exact());
            }
            if (window.busyNanos() == 0) {
                return BigDecimal.ZERO;
            }
            double part = (double) (window.busyNanos() - busyNanos) / window.busyNanos();
            return new BigDecimal(window.attributedJoules() * part);
        }

        double repeatedErrorJoules() {
            long nanos = Math.max(0, window.busyNanos() - busyNanos);
            return window.errorJoulesPerBusySecond() * (nanos / NANOS);
        }
    }

    /** What the records of one source say. */
    private static final class Charges {
        private final JouleSum charged = new JouleSum();
        private final JouleSum error = new JouleSum();
        private final JouleSum stray = new JouleSum();
        private final Map<String, Tally> models = new TreeMap<>();
        private final Map<String, Tally> cameras = new TreeMap<>();
        private long frames;
        private long strayFrames;

        void add(Classification classification, FrameEnergy energy, @Nullable Entry entry) {
            frames++;
            charged.add(energy.joules());
            error.add(energy.errorJoules());
            double drawn = 0;
            if (entry == null) {
                strayFrames++;
                stray.add(energy.joules());
            } else {
                drawn = entry.add(energy);
            }
            String model = classification.model().name() + "@" + classification.model().version();
            models.computeIfAbsent(model, name -> new Tally()).add(energy.joules(), drawn);
            cameras.computeIfAbsent(classification.camera(), name -> new Tally())
                    .add(energy.joules(), drawn);
        }
    }

    private static final class Tally {
        private final JouleSum charged = new JouleSum();
        private final JouleSum drawn = new JouleSum();
        private long frames;

        void add(double chargedJoules, double drawnJoules) {
            frames++;
            charged.add(chargedJoules);
            drawn.add(drawnJoules);
        }

        EnergyShare share() {
            return new EnergyShare(frames, charged.value(), drawn.value());
        }

        static Map<String, EnergyShare> shares(Map<String, Tally> tallies) {
            Map<String, EnergyShare> shares = new TreeMap<>();
            tallies.forEach((name, tally) -> shares.put(name, tally.share()));
            return shares;
        }
    }

    /** What the windows of one source say. */
    private final class Totals {
        private final JouleSum joules = new JouleSum();
        private final JouleSum idle = new JouleSum();
        private final JouleSum attributed = new JouleSum();
        private final JouleSum unattributed = new JouleSum();
        private final JouleSum uncharged = new JouleSum();
        private final JouleSum repeated = new JouleSum();
        private final JouleSum repeatedError = new JouleSum();
        private final Set<String> hosts = new TreeSet<>();
        private final Set<String> sharedHosts = new TreeSet<>();
        private final List<Span> spans = new ArrayList<>();
        private long windows;
        private long missing;
        private long durationNanos;

        /**
         * Adds the windows of a ledger, by number.
         *
         * @return by how many joules committed frames had more than was attributed
         */
        double add(List<Entry> ledger) {
            long firstRated = firstRated(ledger);
            JouleSum ledgerRepeated = new JouleSum();
            JouleSum ledgerAttributed = new JouleSum();
            @Nullable Entry last = null;
            long first = 0;
            for (Entry entry : ledger) {
                EnergyWindow window = entry.window;
                if (!isWithin(window.startMillis())) {
                    continue;
                }
                first = last == null ? window.startMillis() : first;
                missing += last == null ? 0 : window.number() - last.window.number() - 1;
                last = entry;
                addParts(window);
                ledgerAttributed.add(window.attributedJoules());
                if (window.number() == firstRated && entry.busyNanos == 0) {
                    uncharged.add(window.attributedJoules());
                } else {
                    ledgerRepeated.add(entry.repeatedJoules());
                    repeatedError.add(entry.repeatedErrorJoules());
                }
            }
            if (last == null) {
                return 0;
            }
            repeated.add(ledgerRepeated.exact());
            addSpan(new Span(last.window.host(), first, last.window.endMillis()), last);
            double over = -ledgerRepeated.value();
            return over > TOLERANCE * ledgerAttributed.value() ? over : 0;
        }

        /** The window before which a measured ledger charged nothing; 0 where there is none. */
        private static long firstRated(List<Entry> ledger) {
            long expected = 1;
            for (Entry entry : ledger) {
                if (!entry.isMeasured() || entry.window.number() != expected) {
                    return 0;
                }
                if (entry.window.hasRate()) {
                    return expected;
                }
                expected++;
            }
            return 0;
        }

        private void addParts(EnergyWindow window) {
            windows++;
            durationNanos += window.durationNanos();
            joules.add(window.joules());
            idle.add(window.idleJoules());
            attributed.add(window.attributedJoules());
            unattributed.add(window.unattributedJoules());
        }

        private void addSpan(Span span, Entry entry) {
            hosts.add(span.host);
            if (entry.isMeasured() && spans.stream().anyMatch(span::overlaps)) {
                sharedHosts.add(span.host);
            }
            spans.add(span);
        }

        SourceStatement statement(String source, Charges charged) {
            BigDecimal committed =
                    attributed.exact().subtract(repeated.exact()).subtract(uncharged.exact());
            return new SourceStatement(
                    source,
                    !source.equals(ModelledEnergy.SOURCE),
                    windows,
                    missing,
                    spans.size(),
                    List.copyOf(hosts),
                    durationNanos / NANOS,
                    joules.value(),
                    idle.value(),
                    unattributed.value(),
                    attributed.value(),
                    committed.doubleValue(),
                    uncharged.value(),
                    repeated.value(),
                    repeatedError.value(),
                    charged.frames,
                    charged.charged.value(),
                    charged.error.value(),
                    charged.strayFrames,
                    charged.stray.value(),
                    List.copyOf(sharedHosts),
                    Tally.shares(charged.models),
                    Tally.shares(charged.cameras));
        }
    }

    /** When a ledger counted. */
    private record Span(String host, long startMillis, long endMillis) {
        boolean overlaps(Span other) {
            return host.equals(other.host)
                    && startMillis < other.endMillis
                    && other.startMillis < endMillis;
        }
    }
}
