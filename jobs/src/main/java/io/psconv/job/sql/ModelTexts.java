package io.psconv.job.sql;

import io.psconv.operator.record.ModelIdentity;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.table.data.StringData;

/**
 * What a model's rows say again and again, in Flink's form and made once. May be used by several
 * threads.
 */
final class ModelTexts {
    private final ModelIdentity model;
    private final StringData[] labels;
    private final StringData name;
    private final StringData digest;
    private final StringData variant;
    private final StringData engine;

    ModelTexts(ModelIdentity model, List<String> labels) {
        this.model = model;
        this.labels = labels.stream().map(ModelTexts::text).toArray(StringData[]::new);
        this.name = text(model.name());
        this.digest = text(model.digest());
        this.variant = text(model.variant());
        this.engine = text(model.engine());
    }

    /** As bytes: a text given as characters is turned into them later, and by each thread. */
    static StringData text(String characters) {
        return StringData.fromBytes(characters.getBytes(StandardCharsets.UTF_8));
    }

    StringData label(int place) {
        return labels[place];
    }

    StringData name() {
        return name;
    }

    int version() {
        return model.version();
    }

    StringData digest() {
        return digest;
    }

    StringData variant() {
        return variant;
    }

    StringData engine() {
        return engine;
    }
}
