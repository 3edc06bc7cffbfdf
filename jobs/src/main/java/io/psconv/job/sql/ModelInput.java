package io.psconv.job.sql;

import java.io.Serializable;
import java.util.List;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.jspecify.annotations.Nullable;

/**
 * The columns that a model takes: the image, and perhaps the content type of raw pixels.
 *
 * @param withContentType whether there is the second
 */
record ModelInput(boolean withContentType) implements Serializable {
    /**
     * Checks the declared columns; their names are free.
     *
     * @throws IllegalArgumentException if they are others
     */
    static ModelInput of(List<Column> columns) {
        boolean image = has(columns, 0, LogicalTypeFamily.BINARY_STRING);
        boolean contentType = has(columns, 1, LogicalTypeFamily.CHARACTER_STRING);
        if (!image || columns.size() > 2 || (columns.size() == 2 && !contentType)) {
            throw new IllegalArgumentException(
                    "INPUT of the model was "
                            + DeclaredColumns.text(columns)
                            + " but it must be one column of type BYTES, the image, and may have a"
                            + " second of type STRING, the content type of raw pixels; for example"
                            + " INPUT (payload BYTES)");
        }
        return new ModelInput(contentType);
    }

    private static boolean has(List<Column> columns, int index, LogicalTypeFamily family) {
        if (index >= columns.size()) {
            return false;
        }
        LogicalType type = columns.get(index).getDataType().getLogicalType();
        return type.is(family);
    }

    /** The image's bytes. */
    byte @Nullable [] payload(RowData row) {
        return row.isNullAt(0) ? null : row.getBinary(0);
    }

    @Nullable String contentType(RowData row) {
        return !withContentType || row.isNullAt(1) ? null : row.getString(1).toString();
    }
}
