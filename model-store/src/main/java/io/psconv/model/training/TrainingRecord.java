package io.psconv.model.training;

import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.dataset.TrainingSets;
import io.psconv.model.engine.GoldenCheck;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.GoldenVectors;
import io.psconv.model.format.ModelMetadata;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a published model says of how it was trained, and what an engine is checked with. */
public final class TrainingRecord {
    private static final int GOLDEN_IMAGES = 8;

    private TrainingRecord() {}

    /**
     * The trained model with its provenance: {@code recipe}, {@code seed}, {@code epochs}, {@code
     * hours}, {@code engine}, {@code data_digest}, {@code train_images}, {@code test_images},
     * {@code test_accuracy_percent}.
     *
     * @param result of a training that came to its end
     * @param accuracy of the model as it is published, 0 to 1
     * @param more entries of the caller's; what is said here wins
     */
    public static CompressedModel of(
            TrainingResult result,
            Recipe recipe,
            TrainingSets sets,
            double accuracy,
            Map<String, String> more) {
        Checkpoint checkpoint = result.checkpoint();
        Map<String, String> provenance = new TreeMap<>(more);
        provenance.put("recipe", recipe.text());
        provenance.put("seed", Long.toString(recipe.seed()));
        provenance.put("epochs", String.format(Locale.ROOT, "%.2f", result.last().epochs()));
        provenance.put(
                "hours",
                String.format(Locale.ROOT, "%.2f", checkpoint.position().elapsedSeconds() / 3600));
        provenance.put("engine", checkpoint.engine());
        provenance.put("data_digest", "sha256:" + checkpoint.dataDigest());
        provenance.put("train_images", Integer.toString(sets.train().count()));
        provenance.put("test_images", Integer.toString(sets.test().count()));
        provenance.put("test_accuracy_percent", String.format(Locale.ROOT, "%.2f", 100 * accuracy));
        CompressedModel model = result.model();
        ModelMetadata metadata =
                new ModelMetadata(
                        sets.name(),
                        model.metadata().labels(),
                        model.metadata().normalisation(),
                        provenance);
        return new CompressedModel(
                model.network(), model.variant(), metadata, model.tensors(), null);
    }

    /**
     * Golden vectors of the first test images.
     *
     * @param stored the model as it will be read back, weights rounded
     */
    public static GoldenVectors golden(CompressedModel stored, LabelledImages test) {
        LabelledImages first = test.first(GOLDEN_IMAGES);
        int length = first.shape().length();
        byte[] pixels = new byte[first.count() * length];
        for (int image = 0; image < first.count(); image++) {
            first.copyPixels(image, pixels, image * length);
        }
        return GoldenCheck.compute(stored, pixels, first.count());
    }
}
