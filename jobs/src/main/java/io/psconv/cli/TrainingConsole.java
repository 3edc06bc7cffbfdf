package io.psconv.cli;

import io.psconv.model.training.EpochRecord;
import io.psconv.model.training.StepReport;
import io.psconv.model.training.TrainingLength;
import io.psconv.model.training.TrainingListener;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.Consumer;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/** Shows how a training goes: a bar on a terminal, and a line for each epoch. */
final class TrainingConsole implements TrainingListener, AutoCloseable {
    /** Steps behind the first, which do not count, that tell the speed. */
    private static final int MEASURED_STEPS = 8;

    private static final double SECONDS_PER_HOUR = 3600;

    private final PrintWriter out;
    private final TrainingLength length;
    private final Consumer<EpochRecord> afterEpoch;
    private @Nullable ProgressBar bar;
    private boolean evaluating;
    private int measured;
    private boolean speedSaid;
    private double secondsLeft = Double.NaN;

    /**
     * Makes a console.
     *
     * @param afterEpoch told of each epoch too
     */
    TrainingConsole(PrintWriter out, TrainingLength length, Consumer<EpochRecord> afterEpoch) {
        this.out = out;
        this.length = length;
        this.afterEpoch = afterEpoch;
    }

    @Override
    public void stepped(StepReport step) {
        secondsLeft = step.secondsLeft();
        if (!Double.isNaN(step.imagesPerSecond()) && ++measured == MEASURED_STEPS && !speedSaid) {
            saySpeed(step);
        }
        if (bar == null || evaluating) {
            open("epoch " + step.epoch(), (long) step.steps() * step.batch());
            evaluating = false;
        }
        if (bar != null) {
            bar.setExtraMessage(
                    String.format(
                            Locale.ROOT,
                            " loss %.3f, %.1f %%, %s left",
                            step.meanLoss(),
                            100 * step.accuracy(),
                            span(step.secondsLeft())));
            bar.stepTo((long) step.step() * step.batch());
        }
        if (step.step() == step.steps() && !speedSaid && measured > 0) {
            saySpeed(step);
        }
    }

    private void saySpeed(StepReport step) {
        speedSaid = true;
        close();
        out.printf(
                Locale.ROOT,
                "speed      %.4f hours an epoch (%.1f images/s); %s%n",
                step.hoursPerEpoch(),
                step.imagesPerSecond(),
                length.isTimed()
                        ? String.format(
                                Locale.ROOT,
                                "about %.2f epochs in %s",
                                length.seconds() / SECONDS_PER_HOUR / step.hoursPerEpoch(),
                                span(length.seconds()))
                        : "about " + span(step.secondsLeft()) + " left");
        out.flush();
    }

    @Override
    public void evaluating(int done, int images) {
        if (!evaluating) {
            open("test", images);
            evaluating = true;
        }
        if (bar != null) {
            bar.stepTo(done);
        }
    }

    @Override
    public void epochEnded(EpochRecord epoch) {
        close();
        out.printf(
                Locale.ROOT,
                "epoch %6.2f  loss %.4f  train %5.2f %%  test %s  %.1f images/s  learning rate"
                        + " %.4f  %s left%n",
                epoch.epochs(),
                epoch.loss(),
                100 * epoch.trainAccuracy(),
                epoch.isEvaluated()
                        ? String.format(Locale.ROOT, "%5.2f %%", 100 * epoch.testAccuracy())
                        : "-",
                epoch.imagesPerSecond(),
                epoch.learningRate(),
                span(secondsLeft));
        out.flush();
        afterEpoch.accept(epoch);
    }

    private void open(String task, long images) {
        close();
        bar = Progress.bar(task, "images", images);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    /** A time in two digits or so. */
    static String span(double seconds) {
        if (Double.isNaN(seconds)) {
            return "?";
        }
        if (seconds < 120) {
            return String.format(Locale.ROOT, "%.0f s", seconds);
        }
        return seconds < 2 * SECONDS_PER_HOUR
                ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
                : String.format(Locale.ROOT, "%.1f h", seconds / SECONDS_PER_HOUR);
    }
}
