package io.psconv.model.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Lists of text as a JSON array. */
final class JsonStrings {
    private JsonStrings() {}

    static String write(List<String> strings) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeArray(strings.toArray(String[]::new), 0, strings.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException if the text is not a JSON array of strings
     */
    static List<String> read(String text) {
        List<String> strings = new ArrayList<>();
        try (JsonParser parser =
                StrictJson.factory(Math.max(1, text.length())).createParser(text)) {
            StrictJson.expectNext(parser, JsonToken.START_ARRAY, "the list");
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                StrictJson.expect(parser, JsonToken.VALUE_STRING, "an entry of the list");
                strings.add(parser.getText());
            }
            StrictJson.expectEnd(parser);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "the value was not a JSON array of strings: " + e.getMessage(), e);
        }
        return strings;
    }
}
