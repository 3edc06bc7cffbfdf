package io.psconv.bench.report;

import java.util.List;
import java.util.function.Function;

/**
 * A column of a table.
 *
 * @param title its header, with the unit
 * @param isNumber whether it is set flush right
 * @param value what a row shows
 */
record Column<T>(String title, boolean isNumber, Function<T, String> value) {
    static <T> Column<T> text(String title, Function<T, String> value) {
        return new Column<>(title, false, value);
    }

    static <T> Column<T> number(String title, Function<T, String> value) {
        return new Column<>(title, true, value);
    }

    /**
     * Writes a table whose first column is a header of its rows. What is too wide for the screen
     * can be scrolled, by keys too.
     */
    static <T> void write(Markup page, String caption, List<Column<T>> columns, List<T> rows) {
        page.open(
                        "div",
                        "class",
                        "scroll",
                        "tabindex",
                        "0",
                        "role",
                        "region",
                        "aria-label",
                        caption)
                .open("table")
                .element("caption", caption)
                .open("thead")
                .open("tr");
        for (Column<T> column : columns) {
            page.element("th", column.title(), "scope", "col", "class", column.style());
        }
        page.close().close().open("tbody");
        for (T row : rows) {
            page.open("tr");
            for (int i = 0; i < columns.size(); i++) {
                Column<T> column = columns.get(i);
                String text = column.value().apply(row);
                if (i == 0) {
                    page.element("th", text, "scope", "row", "class", column.style());
                } else {
                    page.element("td", text, "class", column.style());
                }
            }
            page.close();
        }
        page.close().close().close();
    }

    private String style() {
        return isNumber ? "number" : "words";
    }
}
