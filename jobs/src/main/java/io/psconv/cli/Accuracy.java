package io.psconv.cli;

import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.training.Evaluation;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import me.tongfei.progressbar.ProgressBar;

/** Measures accuracy under a progress bar. */
final class Accuracy {
    private Accuracy() {}

    /**
     * Classifies all images with the JVM engine.
     *
     * @param convolution form of the convolutions, as {@link ConvolutionForms#choose} takes it
     * @param stop asked now and then
     * @return images that were classified right, as a share; empty if stopped
     */
    static OptionalDouble of(
            CompressedModel model,
            LabelledImages images,
            String convolution,
            int threads,
            BooleanSupplier stop) {
        try (Evaluation evaluation =
                        new Evaluation(
                                ConvolutionForms.choose(convolution, false), images, threads);
                ProgressBar bar = Progress.bar("test", "images", images.count())) {
            return evaluation.accuracy(
                    model,
                    done -> {
                        if (bar != null) {
                            bar.stepTo(done);
                        }
                    },
                    stop);
        }
    }
}
