package io.psconv.model.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.Network;
import io.psconv.model.pattern.SupportPattern;
import io.psconv.model.pattern.SupportSet;
import io.psconv.model.pattern.Variant;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How a model file states the supports of one sparse layer, for tools that know no variant names.
 *
 * <p>A periodic layer states its period, its filter block (at most the filters of the layer) and
 * the support set of each phase; a layer of a random family its kernel support size and seed. What
 * the other kind states is zero or empty here and absent in the file.
 *
 * @param table {@link SupportSet#bits} by phase
 */
record LayerPattern(
        String layer,
        int period,
        int filterBlock,
        List<Integer> table,
        int kernelSupportSize,
        long seed) {

    LayerPattern {
        table = List.copyOf(table);
    }

    /** What a variant means for each sparse layer; none for the dense one. */
    static List<LayerPattern> of(Network network, Variant variant) {
        if (variant.isDense()) {
            return List.of();
        }
        return network.convolutions().stream()
                .filter(ConvolutionLayer::sparse)
                .map(layer -> of(layer, variant))
                .toList();
    }

    private static LayerPattern of(ConvolutionLayer layer, Variant variant) {
        return variant.pattern()
                .map(pattern -> periodic(layer, pattern))
                .orElseGet(
                        () ->
                                new LayerPattern(
                                        layer.name(),
                                        0,
                                        0,
                                        List.of(),
                                        variant.randomKernelSupportSize().orElseThrow(),
                                        variant.seed()));
    }

    private static LayerPattern periodic(ConvolutionLayer layer, SupportPattern pattern) {
        return new LayerPattern(
                layer.name(),
                pattern.period(),
                Math.min(pattern.filterBlock(), layer.filters()),
                pattern.table().stream().map(SupportSet::bits).toList(),
                0,
                0);
    }

    static String write(List<LayerPattern> patterns) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartArray();
            for (LayerPattern pattern : patterns) {
                pattern.write(json);
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("layer", layer);
        if (period > 0) {
            json.writeNumberField("period", period);
            json.writeNumberField("filterBlock", filterBlock);
            json.writeFieldName("table");
            int[] bits = table.stream().mapToInt(Integer::intValue).toArray();
            json.writeArray(bits, 0, bits.length);
        } else {
            json.writeNumberField("kernelSupportSize", kernelSupportSize);
            json.writeNumberField("seed", seed);
        }
        json.writeEndObject();
    }

    /**
     * Reads what {@link #write(List)} wrote.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    static List<LayerPattern> read(String text) {
        List<LayerPattern> patterns = new ArrayList<>();
        try (JsonParser parser =
                StrictJson.factory(Math.max(1, text.length())).createParser(text)) {
            StrictJson.expectNext(parser, JsonToken.START_ARRAY, "the list of layers");
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                patterns.add(read(parser));
            }
            StrictJson.expectEnd(parser);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "the pattern table was not readable: " + e.getMessage(), e);
        }
        return patterns;
    }

    private static LayerPattern read(JsonParser parser) throws IOException {
        StrictJson.expect(parser, JsonToken.START_OBJECT, "a layer");
        String layer = "";
        int period = 0;
        int filterBlock = 0;
        int kernelSupportSize = 0;
        long seed = 0;
        List<Integer> table = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "layer" -> {
                    StrictJson.expect(parser, JsonToken.VALUE_STRING, field);
                    layer = parser.getText();
                }
                case "period" -> period = StrictJson.integer(parser, field);
                case "filterBlock" -> filterBlock = StrictJson.integer(parser, field);
                case "kernelSupportSize" -> kernelSupportSize = StrictJson.integer(parser, field);
                case "seed" -> {
                    StrictJson.expect(parser, JsonToken.VALUE_NUMBER_INT, field);
                    seed = parser.getLongValue();
                }
                case "table" -> {
                    StrictJson.expect(parser, JsonToken.START_ARRAY, field);
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        table.add(StrictJson.integer(parser, "an entry of the table"));
                    }
                }
                default ->
                        throw new IllegalArgumentException(
                                "the pattern table had a field '" + field + "' that is not known");
            }
        }
        return new LayerPattern(layer, period, filterBlock, table, kernelSupportSize, seed);
    }
}
