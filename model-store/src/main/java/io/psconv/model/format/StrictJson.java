package io.psconv.model.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** JSON as model files may hold it: no key twice, little nesting, short numbers. */
final class StrictJson {
    private static final int MAX_DEPTH = 8;
    private static final int MAX_NUMBER = 20;
    private static final int MAX_NAME = 4096;

    private StrictJson() {}

    /** A factory for documents of at most {@code maxLength} bytes or characters. */
    static JsonFactory factory(int maxLength) {
        return JsonFactory.builder()
                .streamReadConstraints(
                        StreamReadConstraints.builder()
                                .maxNestingDepth(MAX_DEPTH)
                                .maxNumberLength(MAX_NUMBER)
                                .maxNameLength(MAX_NAME)
                                .maxStringLength(maxLength)
                                .maxDocumentLength(maxLength)
                                .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                // Foreign names must not fill the virtual machine's table. The factory's own ends
                // with it; without one the parser would read characters and know no byte offsets.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .build();
    }

    /** Moves on and demands a token. */
    static void expectNext(JsonParser parser, JsonToken expected, String what) throws IOException {
        parser.nextToken();
        expect(parser, expected, what);
    }

    /** Demands that the parser stands on a token. */
    static void expect(JsonParser parser, JsonToken expected, String what) throws IOException {
        @Nullable JsonToken token = parser.currentToken();
        if (token != expected) {
            throw new JsonParseException(
                    parser,
                    what + " was '" + token + "' but it must be '" + expected + "'",
                    parser.currentTokenLocation());
        }
    }

    /** Demands an integer and gives its value. */
    static int integer(JsonParser parser, String what) throws IOException {
        expect(parser, JsonToken.VALUE_NUMBER_INT, what);
        return parser.getIntValue();
    }

    /** Demands that nothing but white space follows. */
    static void expectEnd(JsonParser parser) throws IOException {
        @Nullable JsonToken token = parser.nextToken();
        if (token != null) {
            throw new JsonParseException(
                    parser,
                    "the JSON document was followed by '" + token + "' but nothing may follow it",
                    parser.currentTokenLocation());
        }
    }
}
