package io.psconv.model.format;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the JSON header of a safetensors file, taking nothing for granted. */
final class HeaderParser {
    private static final String METADATA = "__metadata__";

    private final ReadLimits limits;
    private final int dataOffset;
    private final int fileLength;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, Integer> metadataOffsets = new LinkedHashMap<>();
    private final Map<String, TensorEntry> tensors = new LinkedHashMap<>();

    private HeaderParser(ReadLimits limits, int dataOffset, int fileLength) {
        this.limits = limits;
        this.dataOffset = dataOffset;
        this.fileLength = fileLength;
    }

    /** Reads the header of {@code file}, whose length has been checked. */
    static SafetensorsFile parse(ReadLimits limits, byte[] file, int headerLength)
            throws MalformedModelException {
        HeaderParser header =
                new HeaderParser(
                        limits, SafetensorsReader.PREFIX_BYTES + headerLength, file.length);
        try (JsonParser parser =
                StrictJson.factory(limits.maxHeaderBytes())
                        .createParser(file, SafetensorsReader.PREFIX_BYTES, headerLength)) {
            header.object(parser);
        } catch (JsonProcessingException e) {
            long at = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
            throw new MalformedModelException(
                    "header breaks the rules of safetensors: "
                            + e.getOriginalMessage()
                            + "; export the model again",
                    SafetensorsReader.PREFIX_BYTES + at,
                    e);
        } catch (IOException e) {
            throw new MalformedModelException(
                    "header was not readable as JSON; export the model again",
                    SafetensorsReader.PREFIX_BYTES,
                    e);
        }
        return new SafetensorsFile(file, header.metadata, header.metadataOffsets, header.tensors);
    }

    private void object(JsonParser parser) throws IOException, MalformedModelException {
        StrictJson.expectNext(parser, JsonToken.START_OBJECT, "header");
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            if (name.equals(METADATA)) {
                metadata(parser);
            } else {
                tensor(name, parser);
            }
        }
        StrictJson.expectEnd(parser);
    }

    private void metadata(JsonParser parser) throws IOException {
        StrictJson.expect(parser, JsonToken.START_OBJECT, METADATA);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            StrictJson.expectNext(
                    parser, JsonToken.VALUE_STRING, "value of metadata key '" + key + "'");
            if (metadata.size() == limits.maxMetadataEntries()) {
                throw refused(parser, METADATA + " had more than " + metadata.size() + " entries");
            }
            metadata.put(key, parser.getText());
            metadataOffsets.put(key, offset(parser));
        }
    }

    private void tensor(String name, JsonParser parser)
            throws IOException, MalformedModelException {
        int at = offset(parser);
        if (tensors.size() == limits.maxTensors()) {
            throw refused(parser, "the file had more than " + tensors.size() + " tensors");
        }
        StrictJson.expect(parser, JsonToken.START_OBJECT, "description of tensor '" + name + "'");
        @Nullable TensorType type = null;
        @Nullable List<Integer> shape = null;
        @Nullable List<Long> range = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "dtype" -> type = type(name, parser);
                case "shape" -> shape = shape(name, parser);
                case "data_offsets" -> range = range(name, parser);
                default ->
                        throw refused(
                                parser,
                                "tensor '"
                                        + name
                                        + "' had a field '"
                                        + field
                                        + "' but only dtype, shape and data_offsets are known");
            }
        }
        if (type == null || shape == null || range == null) {
            throw new MalformedModelException(
                    "tensor '"
                            + name
                            + "' lacks one of dtype, shape and data_offsets; export the model again",
                    at);
        }
        tensors.put(name, entry(name, type, shape, range, at));
    }

    private TensorEntry entry(
            String name, TensorType type, List<Integer> shape, List<Long> range, int at)
            throws MalformedModelException {
        long begin = range.get(0);
        long end = range.get(1);
        int available = fileLength - dataOffset;
        if (begin < 0 || end < begin || end > available) {
            throw new MalformedModelException(
                    "data_offsets of tensor '"
                            + name
                            + "' were '"
                            + range
                            + "' but they must be ascending within the "
                            + available
                            + " bytes of data; the file may be cut off: fetch or export it again",
                    at);
        }
        try {
            return new TensorEntry(
                    name, type, shape, dataOffset + (int) begin, (int) (end - begin));
        } catch (IllegalArgumentException e) {
            throw new MalformedModelException(
                    "tensor '" + name + "': " + e.getMessage() + "; export the model again", at, e);
        }
    }

    private static TensorType type(String name, JsonParser parser) throws IOException {
        StrictJson.expect(parser, JsonToken.VALUE_STRING, "dtype of tensor '" + name + "'");
        String text = parser.getText();
        return TensorType.find(text)
                .orElseThrow(
                        () ->
                                refused(
                                        parser,
                                        "dtype of tensor '"
                                                + name
                                                + "' was '"
                                                + text
                                                + "' but it must be one of "
                                                + List.of(TensorType.values())));
    }

    private static List<Integer> shape(String name, JsonParser parser) throws IOException {
        String what = "shape of tensor '" + name + "'";
        StrictJson.expect(parser, JsonToken.START_ARRAY, what);
        List<Integer> shape = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            int dimension = StrictJson.integer(parser, "a dimension in the " + what);
            if (dimension < 0 || shape.size() == TensorEntry.MAX_DIMENSIONS) {
                throw refused(
                        parser,
                        what
                                + " was wrong at '"
                                + dimension
                                + "': it must have at most "
                                + TensorEntry.MAX_DIMENSIONS
                                + " dimensions, none negative");
            }
            shape.add(dimension);
        }
        return shape;
    }

    private static List<Long> range(String name, JsonParser parser) throws IOException {
        String what = "data_offsets of tensor '" + name + "'";
        StrictJson.expect(parser, JsonToken.START_ARRAY, what);
        StrictJson.expectNext(parser, JsonToken.VALUE_NUMBER_INT, what);
        long begin = parser.getLongValue();
        StrictJson.expectNext(parser, JsonToken.VALUE_NUMBER_INT, what);
        long end = parser.getLongValue();
        StrictJson.expectNext(parser, JsonToken.END_ARRAY, what);
        return List.of(begin, end);
    }

    private static JsonParseException refused(JsonParser parser, String message) {
        return new JsonParseException(parser, message, parser.currentTokenLocation());
    }

    private static int offset(JsonParser parser) {
        return SafetensorsReader.PREFIX_BYTES
                + (int) Math.max(0, parser.currentTokenLocation().getByteOffset());
    }
}
