package io.psconv.operator.state;

import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.FrameEnergy;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.FrameTiming;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelIdentity;
import io.psconv.operator.record.PairedResult;
import io.psconv.operator.record.RoutePlan;
import io.psconv.operator.record.RouteResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * Classifications; without energy where none is known.
 *
 * <p>Version 1 had no ledger, work window or busy time in the energy.
 */
public final class ClassificationSerializer extends VersionedSerializer<Classification> {
    public static final ClassificationSerializer INSTANCE = new ClassificationSerializer();

    /** The one that version 1 knew. */
    private static final RouteResult FIRST_ROUTE =
            RouteResult.of(ModelDecision.DEFAULT_ROUTE, RoutePlan.SINGLE_ARM);

    private ClassificationSerializer() {}

    @Override
    public int version() {
        return 2;
    }

    @Override
    protected String typeName() {
        return "classification";
    }

    @Override
    protected void write(Classification classification, DataOutputView output) throws IOException {
        Fields.writeFrameId(classification.frame(), output);
        Fields.writeString(classification.camera(), output);
        output.writeLong(classification.timestampMillis());
        Fields.writeString(classification.label(), output);
        writeTop(classification.top(), output);
        writeModel(classification.model(), output);
        writeRoute(classification.route(), output);
        output.writeLong(classification.imageHash());
        output.writeBoolean(classification.late());
        writeTiming(classification.timing(), output);
        writeEnergy(classification.energy(), output);
    }

    @Override
    protected Classification read(int version, DataInputView input) throws IOException {
        return new Classification(
                Fields.readFrameId(input),
                Fields.readString("camera", input),
                input.readLong(),
                Fields.readString("label", input),
                readTop(input),
                readModel(input),
                version == 1 ? FIRST_ROUTE : readRoute(input),
                version == 1 ? 0 : input.readLong(),
                version != 1 && input.readBoolean(),
                readTiming(input),
                readEnergy(version, input));
    }

    @Override
    public Classification createInstance() {
        return new Classification(
                new FrameId("", 0, 0),
                "",
                0,
                Classification.UNKNOWN,
                List.of(new ClassScore("", 0)),
                new ModelIdentity("", 0, "", "", ""),
                FIRST_ROUTE,
                0,
                false,
                new FrameTiming(0, 0, 0, 0),
                null);
    }

    @Override
    public Snapshot snapshotConfiguration() {
        return new Snapshot();
    }

    private static void writeTop(List<ClassScore> top, DataOutputView output) throws IOException {
        output.writeInt(top.size());
        for (ClassScore score : top) {
            Fields.writeString(score.label(), output);
            output.writeFloat(score.probability());
        }
    }

    private static List<ClassScore> readTop(DataInputView input) throws IOException {
        int size = Fields.checkLength("top", input.readInt());
        if (size == 0) {
            throw new IOException("top was empty but a classification has a class");
        }
        // Grown while read: a damaged size runs into the end of the input, not out of memory.
        List<ClassScore> top = new ArrayList<>();
        for (int index = 0; index < size; index++) {
            top.add(new ClassScore(Fields.readString("label", input), input.readFloat()));
        }
        return top;
    }

    private static void writeModel(ModelIdentity model, DataOutputView output) throws IOException {
        Fields.writeString(model.name(), output);
        output.writeInt(model.version());
        Fields.writeString(model.digest(), output);
        Fields.writeString(model.variant(), output);
        Fields.writeString(model.engine(), output);
    }

    private static ModelIdentity readModel(DataInputView input) throws IOException {
        return new ModelIdentity(
                Fields.readString("model name", input),
                input.readInt(),
                Fields.readString("model digest", input),
                Fields.readString("model variant", input),
                Fields.readString("model engine", input));
    }

    private static void writeRoute(RouteResult route, DataOutputView output) throws IOException {
        Fields.writeString(route.route(), output);
        Fields.writeString(route.arm(), output);
        Float margin = route.margin();
        output.writeBoolean(margin != null);
        if (margin != null) {
            output.writeFloat(margin);
        }
        PairedResult paired = route.paired();
        output.writeBoolean(paired != null);
        if (paired != null) {
            writeModel(paired.model(), output);
            Fields.writeString(paired.best().label(), output);
            output.writeFloat(paired.best().probability());
            output.writeBoolean(paired.agrees());
            output.writeFloat(paired.maxLogitDifference());
        }
    }

    private static RouteResult readRoute(DataInputView input) throws IOException {
        return new RouteResult(
                Fields.readString("route", input),
                Fields.readString("arm", input),
                input.readBoolean() ? input.readFloat() : null,
                input.readBoolean() ? readPaired(input) : null);
    }

    private static PairedResult readPaired(DataInputView input) throws IOException {
        return new PairedResult(
                readModel(input),
                new ClassScore(Fields.readString("label", input), input.readFloat()),
                input.readBoolean(),
                input.readFloat());
    }

    private static void writeTiming(FrameTiming timing, DataOutputView output) throws IOException {
        output.writeLong(timing.queueNanos());
        output.writeLong(timing.decodeNanos());
        output.writeLong(timing.inferenceNanos());
        output.writeInt(timing.batchSize());
    }

    private static FrameTiming readTiming(DataInputView input) throws IOException {
        return new FrameTiming(
                input.readLong(), input.readLong(), input.readLong(), input.readInt());
    }

    private static void writeEnergy(@Nullable FrameEnergy energy, DataOutputView output)
            throws IOException {
        output.writeBoolean(energy != null);
        if (energy != null) {
            output.writeDouble(energy.joules());
            Fields.writeString(energy.source(), output);
            output.writeLong(energy.window());
            output.writeDouble(energy.errorJoules());
            Fields.writeString(energy.ledger(), output);
            output.writeLong(energy.workWindow());
            output.writeLong(energy.busyNanos());
        }
    }

    private static @Nullable FrameEnergy readEnergy(int version, DataInputView input)
            throws IOException {
        if (!input.readBoolean()) {
            return null;
        }
        boolean hasLedger = version >= 2;
        return new FrameEnergy(
                input.readDouble(),
                Fields.readString("energy source", input),
                input.readLong(),
                input.readDouble(),
                hasLedger ? Fields.readString("energy ledger", input) : "",
                hasLedger ? input.readLong() : 0,
                hasLedger ? input.readLong() : 0);
    }

    /** Kept in savepoints by this name. */
    public static final class Snapshot extends VersionedSnapshot<Classification> {
        public Snapshot() {
            super(INSTANCE);
        }
    }
}
