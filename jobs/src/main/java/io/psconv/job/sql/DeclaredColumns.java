package io.psconv.job.sql;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.table.catalog.Column;

/** How errors show the columns that a model was declared with. */
final class DeclaredColumns {
    private DeclaredColumns() {}

    /** {@code (payload BYTES, …)}. */
    static String text(List<Column> columns) {
        return columns.stream()
                .map(column -> column.getName() + " " + type(column))
                .collect(Collectors.joining(", ", "(", ")"));
    }

    /** The type as SQL has it. */
    static String type(Column column) {
        return column.getDataType().getLogicalType().asSummaryString();
    }
}
