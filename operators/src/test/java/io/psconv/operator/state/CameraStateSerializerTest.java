package io.psconv.operator.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.operator.record.CameraClock;
import io.psconv.operator.record.CameraPicture;
import io.psconv.operator.record.CameraPresence;
import io.psconv.operator.record.CameraState;
import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.ModelConfidence;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.Observation;
import io.psconv.operator.record.SmoothedAnswer;
import io.psconv.operator.record.SmoothedAnswer.Vote;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CameraStateSerializerTest extends VersionedSerializerContract<CameraState> {
    private static final ModelReference MODEL =
            new ModelReference("resnet20-dense", 1, "0f".repeat(32));
    private static final FrameId FRAME = new FrameId("frames", 3, 1234);

    CameraStateSerializerTest() {
        super(CameraStateSerializer.INSTANCE, RecordTypes.CAMERA_STATE);
    }

    @Override
    protected CameraState[] getTestData() {
        return new CameraState[] {
            new CameraState(
                    new CameraPresence(FRAME, 5, true, 6),
                    new CameraClock(20, 10, 2, List.of(held(11), held(12))),
                    new SmoothedAnswer(
                            "cat", List.of(new Vote("cat", 1), new Vote("", 2)), List.of()),
                    new CameraPicture(-7, 3, 4, true),
                    List.of(
                            new ModelConfidence(
                                    MODEL, 3, 2.5, 50, 0.9, 0.01, List.of(0.5, 0.75), true),
                            ModelConfidence.of(MODEL))),
            new CameraState(
                    new CameraPresence(FRAME, 5, false, 6),
                    CameraClock.UNSET,
                    new SmoothedAnswer(null, List.of(), List.of(new ClassScore("cat", 0.5f))),
                    CameraPicture.UNKNOWN,
                    List.of())
        };
    }

    @Test
    void everyFieldComesBack() throws IOException {
        for (CameraState state : getTestData()) {
            assertThat(roundTrip(state)).isEqualTo(state);
        }
    }

    private static Observation held(long timestampMillis) {
        return new Observation(
                FRAME,
                timestampMillis,
                "cat",
                List.of(new ClassScore("cat", 0.75f), new ClassScore("dog", 0.25f)),
                0.75f,
                42,
                MODEL);
    }
}
