package io.psconv.model.export;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.FoldedConvolution;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.pattern.SupportPattern;
import io.psconv.model.pattern.SupportSet;
import io.psconv.model.pattern.Variant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A sparse 3×3 convolution as a sum of grouped ones, exactly.
 *
 * <p>With a filter block of 1 the phase of a kernel is {@code (o + i + 1) mod P}. So of the filters
 * with {@code o mod P = g} those kernels that are of phase {@code t} read the channels with {@code
 * i mod P = (t - 1 - g) mod P}, and no others: with filters and channels ordered by their residues
 * that is one convolution of P groups, whose window is that of the phase's support set. Phases with
 * one support set are one convolution. Filters and channels are padded with zeros to multiples of
 * P.
 */
final class GroupedConvolution {
    private final ConvolutionLayer layer;
    private final int period;
    private final FoldedConvolution dense;
    private final List<Part> parts = new ArrayList<>();

    /**
     * Takes a layer apart.
     *
     * @throws IllegalArgumentException if the variant's supports do not repeat, or a filter block
     *     shares them
     */
    GroupedConvolution(CompressedModel model, ConvolutionLayer layer) {
        SupportPattern pattern = pattern(model.variant());
        this.layer = layer;
        this.period = pattern.period();
        this.dense = FoldedConvolution.dense(model, layer);
        Map<SupportSet, List<Integer>> phases = new LinkedHashMap<>();
        for (int phase = 0; phase < period; phase++) {
            phases.computeIfAbsent(pattern.table().get(phase), any -> new ArrayList<>()).add(phase);
        }
        phases.forEach((set, same) -> parts.add(part(Window.of(set), same)));
    }

    private static SupportPattern pattern(Variant variant) {
        return variant.pattern()
                .filter(pattern -> pattern.filterBlock() == 1)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "variant was '"
                                                + variant
                                                + "' but grouped convolutions need supports that"
                                                + " repeat, with a filter block of 1; use the"
                                                + " dense form"));
    }

    private Part part(Window window, List<Integer> phases) {
        int perGroup = channels() / period;
        int inputs = phases.size() * perGroup;
        float[] values = new float[filters() * inputs * window.rows() * window.columns()];
        int at = 0;
        for (int filter = 0; filter < filters(); filter++) {
            int residue = filter / (filters() / period);
            int original = filter % (filters() / period) * period + residue;
            for (int phase : phases) {
                int channelResidue = Math.floorMod(phase - 1 - residue, period);
                for (int channel = 0; channel < perGroup; channel++) {
                    at = fill(values, at, original, channel * period + channelResidue, window);
                }
            }
        }
        DenseTensor weight =
                new DenseTensor(
                        layer.name() + ".weight." + parts.size(),
                        List.of(filters(), inputs, window.rows(), window.columns()),
                        values);
        return new Part(window, List.copyOf(phases), weight);
    }

    private int fill(float[] values, int start, int filter, int channel, Window window) {
        int at = start;
        boolean there = filter < layer.filters() && channel < layer.inChannels();
        for (int row = window.top(); row <= window.bottom(); row++) {
            for (int column = window.left(); column <= window.right(); column++) {
                if (there) {
                    int kernel = filter * layer.inChannels() + channel;
                    values[at] = dense.values()[kernel * SupportSet.POSITIONS + row * 3 + column];
                }
                at++;
            }
        }
        return at;
    }

    int period() {
        return period;
    }

    /** Filters with those that are added to fill the last period. */
    int filters() {
        return filled(layer.filters());
    }

    /** Input channels, likewise. */
    int channels() {
        return filled(layer.inChannels());
    }

    private int filled(int count) {
        return Math.multiplyExact((count - 1) / period + 1, period);
    }

    /** Bias of the layer's filters, in their own order. */
    DenseTensor bias() {
        return new DenseTensor(layer.name() + ".bias", List.of(layer.filters()), dense.bias());
    }

    List<Part> parts() {
        return parts;
    }

    /**
     * One grouped convolution.
     *
     * @param window the part of the 3×3 kernel that it has
     * @param phases whose channels each group reads, one after the other
     * @param weight {@code (filters, channels of a group, rows, columns)}; filters by residue, then
     *     in order
     */
    record Part(Window window, List<Integer> phases, DenseTensor weight) {}

    /** Rows and columns of a 3×3 kernel, both ends included. */
    record Window(int top, int bottom, int left, int right) {
        /** The smallest one around a support set. */
        static Window of(SupportSet set) {
            int top = 2;
            int bottom = 0;
            int left = 2;
            int right = 0;
            for (int position = 0; position < SupportSet.POSITIONS; position++) {
                if (set.contains(position)) {
                    top = Math.min(top, position / 3);
                    bottom = Math.max(bottom, position / 3);
                    left = Math.min(left, position % 3);
                    right = Math.max(right, position % 3);
                }
            }
            return new Window(top, bottom, left, right);
        }

        int rows() {
            return bottom - top + 1;
        }

        int columns() {
            return right - left + 1;
        }
    }
}
