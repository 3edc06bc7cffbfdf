package io.psconv.job.sql;

import io.psconv.operator.record.FrameEnergy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/**
 * A column that a model can fill, told by name and type; some names come in two types.
 *
 * <p>All may be null: of an image that was rejected there is only the rejection.
 */
@SuppressWarnings("ImmutableEnumChecker") // Flink's types are immutable, the values hold nothing.
enum OutputColumn {
    /** Name of the best class. */
    LABEL("label", DataTypes.STRING(), AnsweredImage::label),
    /** Place of the best class among the model's, from 0. */
    CLASS_INDEX("class_index", DataTypes.INT(), AnsweredImage::best),
    /** Softmax probability of the best class. */
    SCORE("score", DataTypes.FLOAT(), AnsweredImage::probability),
    SCORE_DOUBLE("score", DataTypes.DOUBLE(), image -> (double) image.probability()),
    /** Probabilities of all classes, in their order. */
    SCORES("scores", DataTypes.ARRAY(DataTypes.FLOAT()), AnsweredImage::probabilities),
    SCORES_DOUBLE(
            "scores", DataTypes.ARRAY(DataTypes.DOUBLE()), AnsweredImage::probabilitiesAsDoubles),
    /** The best classes, best first. */
    TOP(
            "top",
            DataTypes.ARRAY(
                    DataTypes.ROW(
                            DataTypes.FIELD("label", DataTypes.STRING()),
                            DataTypes.FIELD("score", DataTypes.FLOAT()))),
            AnsweredImage::top),
    /** The model's name in its store. */
    MODEL("model", DataTypes.STRING(), image -> image.texts().name()),
    /** Its version. */
    VERSION("version", DataTypes.INT(), image -> image.texts().version()),
    /** SHA-256 of its file. */
    DIGEST("digest", DataTypes.STRING(), image -> image.texts().digest()),
    /** The supports of its layers. */
    VARIANT("variant", DataTypes.STRING(), image -> image.texts().variant()),
    /** What ran it. */
    ENGINE("engine", DataTypes.STRING(), image -> image.texts().engine()),
    /** Energy that the image is charged with. */
    JOULES("joules", DataTypes.DOUBLE(), OutputColumn::joules),
    /** Whether that is measured, or modelled. */
    ENERGY_SOURCE("energy_source", DataTypes.STRING(), OutputColumn::energySource),
    /** Images classified together. */
    BATCH_SIZE("batch_size", DataTypes.INT(), image -> image.timing().batchSize()),
    /** Wait of the image for its batch. */
    QUEUE_MICROS(
            "queue_micros",
            DataTypes.BIGINT(),
            image -> AnsweredImage.micros(image.timing().queueNanos())),
    /** Decoding of the image. */
    DECODE_MICROS(
            "decode_micros",
            DataTypes.BIGINT(),
            image -> AnsweredImage.micros(image.timing().decodeNanos())),
    /** The network, for the whole batch. */
    INFERENCE_MICROS(
            "inference_micros",
            DataTypes.BIGINT(),
            image -> AnsweredImage.micros(image.timing().inferenceNanos())),
    /** Why the image was not classified. */
    REJECTION("rejection", DataTypes.STRING(), image -> null),
    /** The same in a sentence. */
    REJECTION_MESSAGE("rejection_message", DataTypes.STRING(), image -> null);

    /** What a column takes from an answer. */
    private interface Value {
        @Nullable Object of(AnsweredImage image);
    }

    private final String column;
    private final LogicalType type;
    private final Value value;

    OutputColumn(String column, DataType type, Value value) {
        this.column = column;
        this.type = type.getLogicalType();
        this.value = value;
    }

    /**
     * Finds the columns that a model was declared with.
     *
     * @throws IllegalArgumentException if there is one that no model fills, or it is of another
     *     type
     */
    static List<OutputColumn> of(List<Column> columns) {
        List<OutputColumn> found = new ArrayList<>();
        for (Column declared : columns) {
            found.add(of(declared));
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException(
                    "OUTPUT of the model was () but it must be one or more of " + all());
        }
        return found;
    }

    private static OutputColumn of(Column declared) {
        Set<OutputColumn> named = EnumSet.noneOf(OutputColumn.class);
        LogicalType type = declared.getDataType().getLogicalType();
        for (OutputColumn column : values()) {
            if (column.column.equals(declared.getName())) {
                if (column.type.equals(type)) {
                    return column;
                }
                named.add(column);
            }
        }
        if (named.isEmpty()) {
            throw new IllegalArgumentException(
                    "OUTPUT column was '"
                            + declared.getName()
                            + "' but it must be one of "
                            + all()
                            + "; names are in lower case");
        }
        throw new IllegalArgumentException(
                "OUTPUT column '"
                        + declared.getName()
                        + "' was of type "
                        + DeclaredColumns.type(declared)
                        + " but it must be of type "
                        + named.stream()
                                .map(column -> column.typeText())
                                .collect(Collectors.joining(" or "))
                        + (type.isNullable() ? "" : ", without NOT NULL: images may be rejected"));
    }

    /** Every column with its types, as a declaration has them. */
    private static String all() {
        return Arrays.stream(values())
                .map(OutputColumn::declaration)
                .collect(Collectors.joining(", "));
    }

    /** Name and type, as a declaration has them. */
    String declaration() {
        return column + " " + typeText();
    }

    private String typeText() {
        return type.asSummaryString().replace("`", "");
    }

    /** What the column says of an answer, in Flink's internal form. */
    @Nullable Object valueOf(AnsweredImage image) {
        return value.of(image);
    }

    private static @Nullable Double joules(AnsweredImage image) {
        FrameEnergy energy = image.energy();
        return energy == null ? null : (Double) energy.joules();
    }

    private static @Nullable Object energySource(AnsweredImage image) {
        FrameEnergy energy = image.energy();
        return energy == null ? null : ModelTexts.text(energy.source());
    }
}
