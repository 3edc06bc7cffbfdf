package io.psconv.model.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What came of an epoch, or of a part of one at the end of a training.
 *
 * @param epochs that were done by then, counted with the part of the last
 * @param loss mean cross-entropy of the training images as they were seen, in nats
 * @param trainAccuracy share of them that was right then, 0 to 1
 * @param testAccuracy share of the test images that is right with the weights at its end, 0 to 1;
 *     NaN where that was not measured
 * @param imagesPerSecond seen in training, evaluation not counted
 * @param learningRate of its last step
 */
public record EpochRecord(
        double epochs,
        double loss,
        double trainAccuracy,
        double testAccuracy,
        double imagesPerSecond,
        double learningRate) {
    private static final int FIELDS = 6;

    /** Whether the test images were classified. */
    public boolean isEvaluated() {
        return !Double.isNaN(testAccuracy);
    }

    /** The same with what the test images gave. */
    EpochRecord evaluated(double accuracy) {
        return new EpochRecord(
                epochs, loss, trainAccuracy, accuracy, imagesPerSecond, learningRate);
    }

    /** Records as lines of numbers with commas between them, each exact. */
    static String write(List<EpochRecord> records) {
        StringBuilder text = new StringBuilder();
        for (EpochRecord epoch : records) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "%s,%s,%s,%s,%s,%s\n",
                            epoch.epochs,
                            epoch.loss,
                            epoch.trainAccuracy,
                            epoch.testAccuracy,
                            epoch.imagesPerSecond,
                            epoch.learningRate));
        }
        return text.toString();
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException if a line is of another form
     */
    static List<EpochRecord> read(String text) {
        List<EpochRecord> records = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String[] fields = line.split(",", -1);
            if (fields.length != FIELDS) {
                throw new IllegalArgumentException(
                        "record of an epoch was '" + line + "' but it must be six numbers");
            }
            double[] values = new double[FIELDS];
            for (int index = 0; index < FIELDS; index++) {
                values[index] = Double.parseDouble(fields[index]);
            }
            records.add(
                    new EpochRecord(
                            values[0], values[1], values[2], values[3], values[4], values[5]));
        }
        return records;
    }
}
