package io.psconv.cli;

import io.psconv.model.convolution.ConvolutionForm;
import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.convolution.FmaCeiling;
import io.psconv.model.engine.LayerTiming;
import io.psconv.model.engine.NetworkTimings;
import io.psconv.model.format.CompressedModel;
import java.io.PrintWriter;
import java.util.ArrayList;
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
 */
record PlanReport(String form, int images, double ceiling, List<LayerTiming> layers) {
    private static final long CEILING_NANOS = 300_000_000L;
    private static final long NANOS = 1_500_000_000L;

    PlanReport {
        layers = List.copyOf(layers);
    }

    /** Takes a few seconds, on the calling thread. */
    static PlanReport measure(CompressedModel model, int images) {
        Optional<ConvolutionForm> vector = ConvolutionForms.vector();
        ConvolutionForm form = vector.orElseGet(ConvolutionForms::scalar);
        double ceiling = vector.isPresent() ? measureCeiling() : 0;
        return new PlanReport(
                form.name() + ", " + form.description(),
                images,
                ceiling,
                NetworkTimings.measure(model, form, images, ceiling, NANOS));
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

    void print(PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%nplan: %s, %d image%s at once, one thread, ceiling %.1f GFLOP/s%n",
                form,
                images,
                images == 1 ? "" : "s",
                ceiling);
        out.printf(
                "%-22s %-9s %6s %9s %9s %12s %12s %8s  %s%n",
                "layer",
                "family",
                "images",
                "MMACs",
                "unpadded",
                "predicted us",
                "measured us",
                "ceiling",
                "tiles");
        for (LayerTiming layer : layers) {
            out.printf(
                    Locale.ROOT,
                    "%-22s %-9s %6d %9.2f %9.2f %12s %12.0f %8s  %s%n",
                    layer.layer(),
                    layer.family(),
                    layer.images(),
                    layer.macs() / 1e6,
                    layer.unpaddedMacs() / 1e6,
                    layer.predictedMicros() == 0
                            ? ""
                            : String.format(Locale.ROOT, "%.0f", layer.predictedMicros()),
                    layer.measuredMicros(),
                    layer.macs() == 0 || ceiling == 0
                            ? ""
                            : String.format(Locale.ROOT, "%.0f %%", 100 * layer.shareOfCeiling()),
                    String.join(" ", layer.tiles()));
        }
        out.printf(
                Locale.ROOT,
                "%-22s %49s %12.0f            %.1f images/s%n",
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
            line.put("predictedMicros", layer.predictedMicros());
            line.put("measuredMicros", layer.measuredMicros());
            line.put("shareOfCeiling", layer.shareOfCeiling());
            lines.add(line);
        }
        facts.put("layers", lines);
        return facts;
    }
}
