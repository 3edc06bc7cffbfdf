package io.psconv.job.sql;

import io.psconv.operator.classify.ClassifiedFrame;
import io.psconv.operator.record.FrameEnergy;
import io.psconv.operator.record.FrameTiming;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.jspecify.annotations.Nullable;

/** One answer, as the columns of a row want it. */
final class AnsweredImage {
    private static final long NANOS_PER_MICRO = 1_000;

    private final ModelTexts texts;
    private final ClassifiedFrame frame;
    private final int[] ranking;
    private final float[] probabilities;

    /** An answer of the model that the texts are of, of whose classes so many are listed. */
    AnsweredImage(ModelTexts texts, ClassifiedFrame frame, int topK) {
        this.texts = texts;
        this.frame = frame;
        this.ranking = frame.answer().ranking(topK);
        this.probabilities = frame.answer().probabilities();
    }

    ModelTexts texts() {
        return texts;
    }

    /** Place of the best class among the model's. */
    int best() {
        return ranking[0];
    }

    StringData label() {
        return texts.label(best());
    }

    float probability() {
        return probabilities[best()];
    }

    /** All probabilities, in the order of the model's classes. */
    GenericArrayData probabilities() {
        return new GenericArrayData(probabilities);
    }

    GenericArrayData probabilitiesAsDoubles() {
        double[] doubles = new double[probabilities.length];
        for (int index = 0; index < doubles.length; index++) {
            doubles[index] = probabilities[index];
        }
        return new GenericArrayData(doubles);
    }

    /** The best classes, each with its label and its probability. */
    GenericArrayData top() {
        Object[] rows = new Object[ranking.length];
        for (int rank = 0; rank < rows.length; rank++) {
            int place = ranking[rank];
            rows[rank] = GenericRowData.of(texts.label(place), probabilities[place]);
        }
        return new GenericArrayData(rows);
    }

    @Nullable FrameEnergy energy() {
        return frame.energy();
    }

    FrameTiming timing() {
        return frame.timing();
    }

    static long micros(long nanos) {
        return nanos / NANOS_PER_MICRO;
    }
}
