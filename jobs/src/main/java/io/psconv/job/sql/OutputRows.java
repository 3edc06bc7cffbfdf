package io.psconv.job.sql;

import io.psconv.operator.classify.ClassifiedFrame;
import io.psconv.operator.decode.RejectedFrames;
import io.psconv.operator.decode.UndecodableFrameException;
import java.util.List;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;

/** Makes the rows of the declared columns. May be used by several threads. */
final class OutputRows {
    private final List<OutputColumn> columns;
    private final ModelTexts texts;
    private final int topK;

    OutputRows(List<OutputColumn> columns, ModelTexts texts, int topK) {
        this.columns = columns;
        this.texts = texts;
        this.topK = topK;
    }

    RowData of(ClassifiedFrame frame) {
        AnsweredImage image = new AnsweredImage(texts, frame, topK);
        GenericRowData row = new GenericRowData(columns.size());
        for (int field = 0; field < columns.size(); field++) {
            row.setField(field, columns.get(field).valueOf(image));
        }
        return row;
    }

    /** A row of nothing but the reason. */
    RowData of(UndecodableFrameException rejection) {
        GenericRowData row = new GenericRowData(columns.size());
        for (int field = 0; field < columns.size(); field++) {
            switch (columns.get(field)) {
                case REJECTION -> row.setField(field, ModelTexts.text(rejection.reason().name()));
                case REJECTION_MESSAGE ->
                        row.setField(field, ModelTexts.text(RejectedFrames.message(rejection)));
                default -> {
                    // Null already.
                }
            }
        }
        return row;
    }
}
