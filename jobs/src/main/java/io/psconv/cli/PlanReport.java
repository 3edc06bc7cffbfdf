package io.psconv.cli;

import io.psconv.model.convolution.ConvolutionForm;
import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.convolution.FmaCeiling;
import io.psconv.model.convolution.ReadBandwidth;
import io.psconv.model.engine.LayerTiming;
import io.psconv.model.engine.NetworkTimings;
import io.psconv.model.format.CompressedModel;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How the JVM engine runs each layer of a model on this machine, and how long that takes.
 *
 * @param images images at once
 * @param ceiling multiply–add ceiling of one thread in GFLOP/s, zero without the Vector API
 * @param bandwidths 10⁹ bytes a second that one thread reads, by how many a layer takes for all
 *     images; empty without the Vector API
 */
record PlanReport(
        String form,
        int images,
        double ceiling,
        List<LayerTiming> layers,
        Map<Long, Double> bandwidths) {
    private static final long CEILING_NANOS = 300_000_000L;
    private static final long NANOS = 1_500_000_000L;
    private static final long BANDWIDTH_NANOS = 40_000_000L;

    PlanReport {
        layers = List.copyOf(layers);
        bandwidths = Map.copyOf(bandwidths);
    }

    /** Takes a few seconds, on the calling thread. */
    static PlanReport measure(CompressedModel model, int images) {
        Optional<ConvolutionForm> vector = ConvolutionForms.vector();
        ConvolutionForm form = vector.orElseGet(ConvolutionForms::scalar);
        double ceiling = vector.isPresent() ? measureCeiling() : 0;
        List<LayerTiming> layers = NetworkTimings.measure(model, form, images, ceiling, NANOS);
        Map<Long, Double> bandwidths = new HashMap<>();
        if (vector.isPresent()) {
            for (LayerTiming layer : layers) {
                bandwidths.computeIfAbsent(
                        layer.bytes() * layer.images(),
                        bytes -> ReadBandwidth.measure(bytes, BANDWIDTH_NANOS));
            }
        }
        return new PlanReport(
                form.name() + ", " + form.description(), images, ceiling, layers, bandwidths);
    }

    /** The best of some readings: the compiler may still be at work during the first. */
    private static double measureCeiling() {
        double best = 0;
        for (int reading = 0; reading < 4; reading++) {
            best = Math.max(best, FmaCeiling.measure(CEILING_NANOS));
        }
        return best;
    }

    private double micros() {
        return layers.stream().mapToDouble(LayerTiming::measuredMicros).sum();
    }

    /** What the multiply–accumulates of an image take at the ceiling; zero without one. */
    private double macsMicros(LayerTiming layer) {
        return ceiling == 0 ? 0 : 2e-3 * layer.unpaddedMacs() / ceiling;
    }

    /** What reading as many bytes takes; zero where no bandwidth was measured. */
    private double bytesMicros(LayerTiming layer) {
        Double bandwidth = bandwidths.get(layer.bytes() * layer.images());
        return bandwidth == null ? 0 : 1e-3 * layer.bytes() / bandwidth;
    }

    private static String text(double micros) {
        return micros == 0 ? "" : String.format(Locale.ROOT, "%.0f", micros);
    }

    void print(PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%nplan: %s, %d image%s at once, one thread, ceiling %.1f GFLOP/s%n",
                form,
                images,
                images == 1 ? "" : "s",
                ceiling);
        out.printf(
                "%-22s %-9s %6s %9s %9s %8s %8s %12s %12s %8s  %s%n",
                "layer",
                "family",
                "images",
                "MMACs",
                "unpadded",
                "MACs us",
                "bytes us",
                "predicted us",
                "measured us",
                "ceiling",
                "tiles");
        for (LayerTiming layer : layers) {
            out.printf(
                    Locale.ROOT,
                    "%-22s %-9s %6d %9.2f %9.2f %8s %8s %12s %12.0f %8s  %s%n",
                    layer.layer(),
                    layer.family(),
                    layer.images(),
                    layer.macs() / 1e6,
                    layer.unpaddedMacs() / 1e6,
                    text(macsMicros(layer)),
                    text(bytesMicros(layer)),
                    text(layer.predictedMicros()),
                    layer.measuredMicros(),
                    layer.macs() == 0 || ceiling == 0
                            ? ""
                            : String.format(Locale.ROOT, "%.0f %%", 100 * layer.shareOfCeiling()),
                    String.join(" ", layer.tiles()));
        }
        out.printf(
                Locale.ROOT,
                "%-22s %67s %12.0f            %.1f images/s%n",
                "all layers",
                "",
                micros(),
                1e6 / micros());
    }

    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("form", form);
        facts.put("images", images);
        facts.put("ceilingGigaflops", ceiling);
        List<Object> lines = new ArrayList<>();
        for (LayerTiming layer : layers) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("layer", layer.layer());
            line.put("family", layer.family());
            line.put("images", layer.images());
            line.put("tiles", layer.tiles());
            line.put("macs", layer.macs());
            line.put("unpaddedMacs", layer.unpaddedMacs());
            line.put("bytes", layer.bytes());
            line.put("macsMicros", macsMicros(layer));
            line.put("bytesMicros", bytesMicros(layer));
            line.put("predictedMicros", layer.predictedMicros());
            line.put("measuredMicros", layer.measuredMicros());
            line.put("shareOfCeiling", layer.shareOfCeiling());
            lines.add(line);
        }
        facts.put("layers", lines);
        return facts;
    }
}
