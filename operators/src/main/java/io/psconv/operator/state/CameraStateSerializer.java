package io.psconv.operator.state;

import io.psconv.operator.record.CameraClock;
import io.psconv.operator.record.CameraPicture;
import io.psconv.operator.record.CameraPresence;
import io.psconv.operator.record.CameraState;
import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.ModelConfidence;
import io.psconv.operator.record.Observation;
import io.psconv.operator.record.SmoothedAnswer;
import io.psconv.operator.record.SmoothedAnswer.Vote;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** What is kept of a camera, frames that wait to be put in order included. */
public final class CameraStateSerializer extends VersionedSerializer<CameraState> {
    public static final CameraStateSerializer INSTANCE = new CameraStateSerializer();

    private CameraStateSerializer() {}

    @Override
    public int version() {
        return 1;
    }

    @Override
    protected String typeName() {
        return "camera state";
    }

    @Override
    protected void write(CameraState state, DataOutputView output) throws IOException {
        writePresence(state.presence(), output);
        writeClock(state.clock(), output);
        writeAnswer(state.answer(), output);
        writePicture(state.picture(), output);
        writeList(state.confidences(), CameraStateSerializer::writeConfidence, output);
    }

    @Override
    protected CameraState read(int version, DataInputView input) throws IOException {
        return new CameraState(
                readPresence(input),
                readClock(input),
                readAnswer(input),
                readPicture(input),
                readList("confidences", CameraStateSerializer::readConfidence, input));
    }

    private static void writePresence(CameraPresence presence, DataOutputView output)
            throws IOException {
        Fields.writeFrameId(presence.lastFrame(), output);
        output.writeLong(presence.lastSeenMillis());
        output.writeBoolean(presence.silent());
        output.writeLong(presence.nextCheckMillis());
    }

    private static CameraPresence readPresence(DataInputView input) throws IOException {
        return new CameraPresence(
                Fields.readFrameId(input), input.readLong(), input.readBoolean(), input.readLong());
    }

    private static void writeClock(CameraClock clock, DataOutputView output) throws IOException {
        output.writeLong(clock.newestMillis());
        output.writeLong(clock.watermarkMillis());
        output.writeInt(clock.lateInARow());
        writeList(clock.held(), CameraStateSerializer::writeObservation, output);
    }

    private static CameraClock readClock(DataInputView input) throws IOException {
        return new CameraClock(
                input.readLong(),
                input.readLong(),
                input.readInt(),
                readList("held", CameraStateSerializer::readObservation, input));
    }

    private static void writeObservation(Observation frame, DataOutputView output)
            throws IOException {
        Fields.writeFrameId(frame.frame(), output);
        output.writeLong(frame.timestampMillis());
        Fields.writeString(frame.label(), output);
        writeList(frame.scores(), CameraStateSerializer::writeScore, output);
        output.writeFloat(frame.confidence());
        output.writeLong(frame.imageHash());
        Fields.writeModel(frame.model(), output);
    }

    private static Observation readObservation(DataInputView input) throws IOException {
        return new Observation(
                Fields.readFrameId(input),
                input.readLong(),
                Fields.readString("label", input),
                readList("scores", CameraStateSerializer::readScore, input),
                input.readFloat(),
                input.readLong(),
                Fields.readModel(input));
    }

    private static void writeAnswer(SmoothedAnswer answer, DataOutputView output)
            throws IOException {
        Fields.writeString(answer.label(), output);
        writeList(answer.votes(), CameraStateSerializer::writeVote, output);
        writeList(answer.scores(), CameraStateSerializer::writeScore, output);
    }

    private static SmoothedAnswer readAnswer(DataInputView input) throws IOException {
        return new SmoothedAnswer(
                Fields.readNullableString(input),
                readList("votes", CameraStateSerializer::readVote, input),
                readList("scores", CameraStateSerializer::readScore, input));
    }

    private static void writeVote(Vote vote, DataOutputView output) throws IOException {
        Fields.writeString(vote.label(), output);
        output.writeLong(vote.timestampMillis());
    }

    private static Vote readVote(DataInputView input) throws IOException {
        return new Vote(Fields.readString("label", input), input.readLong());
    }

    private static void writeScore(ClassScore score, DataOutputView output) throws IOException {
        Fields.writeString(score.label(), output);
        output.writeFloat(score.probability());
    }

    private static ClassScore readScore(DataInputView input) throws IOException {
        return new ClassScore(Fields.readString("label", input), input.readFloat());
    }

    private static void writePicture(CameraPicture picture, DataOutputView output)
            throws IOException {
        output.writeLong(picture.imageHash());
        output.writeInt(picture.frames());
        output.writeLong(picture.sinceMillis());
        output.writeBoolean(picture.frozen());
    }

    private static CameraPicture readPicture(DataInputView input) throws IOException {
        return new CameraPicture(
                input.readLong(), input.readInt(), input.readLong(), input.readBoolean());
    }

    private static void writeConfidence(ModelConfidence confidence, DataOutputView output)
            throws IOException {
        Fields.writeModel(confidence.model(), output);
        output.writeInt(confidence.batchFrames());
        output.writeDouble(confidence.batchSum());
        output.writeInt(confidence.baselineBatches());
        output.writeDouble(confidence.baselineMean());
        output.writeDouble(confidence.baselineSquares());
        writeList(confidence.recent(), (mean, to) -> to.writeDouble(mean), output);
        output.writeBoolean(confidence.drifted());
    }

    private static ModelConfidence readConfidence(DataInputView input) throws IOException {
        return new ModelConfidence(
                Fields.readModel(input),
                input.readInt(),
                input.readDouble(),
                input.readInt(),
                input.readDouble(),
                input.readDouble(),
                readList("recent", DataInputView::readDouble, input),
                input.readBoolean());
    }

    private static <T> void writeList(List<T> values, Writer<T> writer, DataOutputView output)
            throws IOException {
        output.writeInt(values.size());
        for (T value : values) {
            writer.write(value, output);
        }
    }

    private static <T> List<T> readList(String field, Reader<T> reader, DataInputView input)
            throws IOException {
        int size = Fields.checkLength(field, input.readInt());
        // Grown while read: a damaged size runs into the end of the input, not out of memory.
        List<T> values = new ArrayList<>();
        for (int index = 0; index < size; index++) {
            values.add(reader.read(input));
        }
        return values;
    }

    private interface Writer<T> {
        void write(T value, DataOutputView output) throws IOException;
    }

    private interface Reader<T> {
        T read(DataInputView input) throws IOException;
    }

    @Override
    public CameraState createInstance() {
        return new CameraState(
                new CameraPresence(new FrameId("", 0, 0), 0, false, 0),
                CameraClock.UNSET,
                SmoothedAnswer.NONE,
                CameraPicture.UNKNOWN,
                List.of());
    }

    @Override
    public Snapshot snapshotConfiguration() {
        return new Snapshot();
    }

    /** Kept in savepoints by this name. */
    public static final class Snapshot extends VersionedSnapshot<CameraState> {
        public Snapshot() {
            super(INSTANCE);
        }
    }
}
