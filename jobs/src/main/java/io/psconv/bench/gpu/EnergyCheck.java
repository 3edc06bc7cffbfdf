package io.psconv.bench.gpu;

import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import io.psconv.operator.energy.EnergyMeter;
import io.psconv.operator.energy.EnergySource;
import io.psconv.operator.energy.RaplEnergyMeter;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/**
 * Reads the devices' energy while a network runs.
 *
 * @param engine on the devices
 * @param duration of the load; the counter takes a tenth of a second to show it
 */
public record EnergyCheck(InferenceEngine engine, Duration duration) {
    private static final int BATCH = 256;

    /** Runs a model and says what it drew. */
    public CheckRow check(CompressedModel model) {
        try {
            EnergyMeter meter =
                    EnergySource.NVML
                            .openMeter(RaplEnergyMeter.POWERCAP, engine.deviceAddresses())
                            .orElseThrow();
            return measure(meter, model);
        } catch (IOException e) {
            return CheckRow.skipped("NVML", String.valueOf(e.getMessage()));
        }
    }

    private CheckRow measure(EnergyMeter meter, CompressedModel model) throws IOException {
        int classes = model.network().classes();
        float[] images = new float[BATCH * model.network().input().length()];
        float[] logits = new float[BATCH * classes];
        long done = 0;
        try (LoadedModel loaded = engine.load(model);
                Classifier classifier = loaded.newClassifier(BATCH)) {
            classifier.classify(images, BATCH, logits);
            double before = meter.readJoules();
            long start = System.nanoTime();
            long end = start + duration.toNanos();
            while (System.nanoTime() < end) {
                classifier.classify(images, BATCH, logits);
                done += BATCH;
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            double joules = meter.readJoules() - before;
            double most = meter.stepJoules() * (seconds / 0.1 + 1);
            return CheckRow.must(
                    "NVML over " + Math.round(seconds) + " s of load",
                    String.format(
                            Locale.ROOT,
                            "%.0f J, %.0f W, %.3f mJ an image, step %.0f J",
                            joules,
                            joules / seconds,
                            1e3 * joules / done,
                            meter.stepJoules()),
                    "more than nothing, at most the power limit",
                    joules > 0 && joules <= most);
        }
    }
}
