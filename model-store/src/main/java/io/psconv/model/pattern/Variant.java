package io.psconv.model.pattern;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A named choice of supports for the sparse layers of a network, as published.
 *
 * <p>Names: {@code PSn_Pp} is KSS n with period p; {@code PSDn_Pp} the same with one dense kernel a
 * period; {@code pSCn} random supports; {@code dense} stores everything. Two suffixes are ours:
 * {@code _Bb} (or {@code _Ball}) for a {@link SupportPattern#filterBlock filter block} other than
 * 1, and {@code _Ss} for the seed of a random family (0 without it). The tables are those of the
 * authors' scripts for PSD4_P8, PSD4_P16 and PSD2_P8; the others continue their lists: the four 2×2
 * windows, the six horizontal pairs, the nine single positions. Phase 0 is the last slot of a
 * period, and the dense one of the PSD families.
 */
public final class Variant {
    /** Stores every entry of every kernel. */
    public static final Variant DENSE = new Variant("dense", null, 0, 0);

    private static final List<SupportSet> WINDOWS =
            List.of(
                    SupportSet.of(0, 1, 3, 4),
                    SupportSet.of(1, 2, 4, 5),
                    SupportSet.of(3, 4, 6, 7),
                    SupportSet.of(4, 5, 7, 8));
    private static final List<SupportSet> PAIRS =
            List.of(
                    SupportSet.of(0, 1),
                    SupportSet.of(1, 2),
                    SupportSet.of(3, 4),
                    SupportSet.of(4, 5),
                    SupportSet.of(6, 7),
                    SupportSet.of(7, 8));
    private static final List<SupportSet> SINGLES =
            List.of(
                    SupportSet.of(0),
                    SupportSet.of(1),
                    SupportSet.of(2),
                    SupportSet.of(3),
                    SupportSet.of(4),
                    SupportSet.of(5),
                    SupportSet.of(6),
                    SupportSet.of(7),
                    SupportSet.of(8));

    private static final Map<String, List<SupportSet>> PERIODIC = publishedTables();
    private static final List<String> RANDOM = List.of("pSC4", "pSC2", "pSC1");

    private static final Pattern NAME =
            Pattern.compile(
                    "(?<family>\\w+?)(?:_B(?<block>\\d{1,9}|all))?(?:_S(?<seed>\\d{1,18}))?");

    private final String name;
    private final @Nullable SupportPattern pattern;
    private final int randomKernelSupportSize;
    private final long seed;

    private Variant(
            String name, @Nullable SupportPattern pattern, int randomKernelSupportSize, long seed) {
        this.name = name;
        this.pattern = pattern;
        this.randomKernelSupportSize = randomKernelSupportSize;
        this.seed = seed;
    }

    /**
     * Finds a variant by name, for example {@code PSD1_P16}, {@code PSD1_P16_B16}, {@code pSC2_S7}.
     *
     * @throws IllegalArgumentException if the name is not a variant's; the message lists them
     */
    public static Variant of(String name) {
        if (name.equals(DENSE.name)) {
            return DENSE;
        }
        Matcher matcher = NAME.matcher(name);
        if (matcher.matches()) {
            String family = matcher.group("family");
            @Nullable String block = matcher.group("block");
            @Nullable String seed = matcher.group("seed");
            @Nullable List<SupportSet> table = PERIODIC.get(family);
            if (table != null && seed == null) {
                return new Variant(name, new SupportPattern(table, filterBlock(block)), 0, 0);
            }
            if (RANDOM.contains(family) && block == null) {
                int kernelSupportSize = family.charAt(family.length() - 1) - '0';
                return new Variant(
                        name, null, kernelSupportSize, seed == null ? 0 : Long.parseLong(seed));
            }
        }
        throw new IllegalArgumentException(
                "variant was '"
                        + name
                        + "' but it must be one of "
                        + names()
                        + ", a periodic one with _B<filters> or _Ball, or a random one with"
                        + " _S<seed>");
    }

    /** The published names, dense first. */
    public static List<String> names() {
        List<String> names = new ArrayList<>();
        names.add(DENSE.name);
        names.addAll(PERIODIC.keySet());
        names.addAll(RANDOM);
        return List.copyOf(names);
    }

    public String name() {
        return name;
    }

    public boolean isDense() {
        return pattern == null && randomKernelSupportSize == 0;
    }

    /** The periodic rule; empty for dense and for the random families. */
    public Optional<SupportPattern> pattern() {
        return Optional.ofNullable(pattern);
    }

    /** Stored entries of every kernel of a random family; empty for all others. */
    public OptionalInt randomKernelSupportSize() {
        return randomKernelSupportSize == 0
                ? OptionalInt.empty()
                : OptionalInt.of(randomKernelSupportSize);
    }

    /** Seed of a random family's draw, 0 where the name states none. */
    public long seed() {
        return seed;
    }

    /**
     * The supports of one sparse layer.
     *
     * @param layer position of the layer among the network's sparse layers, from 0; it varies the
     *     draw of a random family and nothing else
     * @throws IllegalArgumentException if the pattern does not fit the layer
     */
    public LayerSupports over(int layer, int filters, int inChannels) {
        if (randomKernelSupportSize > 0) {
            return new RandomSupports(randomKernelSupportSize, seed, layer, filters, inChannels);
        }
        return (pattern == null ? DensePattern.INSTANCE : pattern).over(filters, inChannels);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Variant variant && variant.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }

    private static int filterBlock(@Nullable String block) {
        if (block == null) {
            return 1;
        }
        return block.equals("all") ? SupportPattern.ALL_FILTERS : Integer.parseInt(block);
    }

    private static Map<String, List<SupportSet>> publishedTables() {
        Map<String, List<SupportSet>> tables = new LinkedHashMap<>();
        tables.put("PS4_P4", cycle(WINDOWS, 4, false));
        tables.put("PS2_P6", cycle(PAIRS, 6, false));
        tables.put("PS1_P9", cycle(SINGLES, 9, false));
        tables.put("PSD4_P8", cycle(WINDOWS, 8, true));
        tables.put("PSD4_P16", cycle(WINDOWS, 16, true));
        tables.put("PSD2_P8", cycle(PAIRS, 8, true));
        tables.put("PSD2_P16", cycle(PAIRS, 16, true));
        tables.put("PSD1_P8", cycle(SINGLES, 8, true));
        tables.put("PSD1_P16", cycle(SINGLES, 16, true));
        return tables;
    }

    /** The list from phase 1 on, repeated; phase 0 is its next one, or dense. */
    private static List<SupportSet> cycle(List<SupportSet> list, int period, boolean withDense) {
        List<SupportSet> table = new ArrayList<>();
        table.add(withDense ? SupportSet.DENSE : list.get((period - 1) % list.size()));
        for (int phase = 1; phase < period; phase++) {
            table.add(list.get((phase - 1) % list.size()));
        }
        return table;
    }

    private static final class DensePattern {
        static final SupportPattern INSTANCE =
                new SupportPattern(List.of(SupportSet.DENSE), SupportPattern.ALL_FILTERS);
    }
}
