package io.psconv.bench.report;

import io.psconv.bench.report.Drawing.Anchor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of a bar chart: cells under the model and engine that they belong to, in the order in which
 * those first come.
 *
 * @param labelWidth that the rows' own labels need, left of the bars
 * @param bottom below the last row
 */
record CellRows(List<Group> groups, double labelWidth, double bottom) {
    private static final double HEADER = 21;
    private static final double GAP = 6;

    CellRows {
        groups = List.copyOf(groups);
    }

    static CellRows of(List<ResultCell> cells, double top, double rowHeight) {
        Map<String, List<ResultCell>> bySubject = new LinkedHashMap<>();
        double labelWidth = 0;
        for (ResultCell cell : cells) {
            bySubject.computeIfAbsent(cell.subject(), subject -> new ArrayList<>()).add(cell);
            labelWidth = Math.max(labelWidth, Drawing.widthOf(cell.shortAxes()));
        }
        List<Group> groups = new ArrayList<>();
        double y = top;
        for (Map.Entry<String, List<ResultCell>> entry : bySubject.entrySet()) {
            double header = y + HEADER - 7;
            y += HEADER;
            List<Row> rows = new ArrayList<>();
            for (ResultCell cell : entry.getValue()) {
                rows.add(new Row(cell, y, rowHeight));
                y += rowHeight;
            }
            groups.add(new Group(entry.getKey(), header, rows));
            y += GAP;
        }
        return new CellRows(groups, labelWidth, y);
    }

    /** Writes the groups' and the rows' labels. */
    void drawLabels(Drawing drawing, double barHeight) {
        for (Group group : groups) {
            drawing.text(
                    "group",
                    0,
                    group.header(),
                    Anchor.START,
                    Drawing.fitting(group.subject(), Drawing.WIDTH));
            for (Row row : group.rows()) {
                drawing.text(
                        "row",
                        labelWidth,
                        row.y() + barHeight / 2 + 4,
                        Anchor.END,
                        row.cell().shortAxes());
            }
        }
    }

    List<Row> rows() {
        return groups.stream().flatMap(group -> group.rows().stream()).toList();
    }

    /**
     * Cells of one model on one engine.
     *
     * @param header where the name's letters stand
     */
    record Group(String subject, double header, List<Row> rows) {
        Group {
            rows = List.copyOf(rows);
        }
    }

    /**
     * A cell's row.
     *
     * @param y of its upper edge
     */
    record Row(ResultCell cell, double y, double height) {}
}
