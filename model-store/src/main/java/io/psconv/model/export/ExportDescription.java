package io.psconv.model.export;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.ModelDescription;
import java.util.LinkedHashMap;
import java.util.Map;

/** What an exported file says of itself. */
final class ExportDescription {
    private static final String NAME = "psconv.name";

    private ExportDescription() {}

    /** Text by key; {@link ModelDescription} and the model's name. */
    static Map<String, String> properties(CompressedModel model, String name) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put(NAME, name);
        properties.putAll(ModelDescription.of(model));
        return properties;
    }

    /** The same for people, with what the input must be. */
    static String text(CompressedModel model, String name) {
        return "psconv model "
                + name
                + ": "
                + model.network().architecture()
                + ", variant "
                + model.variant().name()
                + ", trained on "
                + model.metadata().dataset()
                + ". Dense, batch normalization folded. "
                + ModelExporter.INPUT
                + " is float NCHW, (pixel / 255 - mean) / standard deviation by channel, mean "
                + model.metadata().normalisation().mean()
                + ", standard deviation "
                + model.metadata().normalisation().standardDeviation()
                + ".";
    }
}
