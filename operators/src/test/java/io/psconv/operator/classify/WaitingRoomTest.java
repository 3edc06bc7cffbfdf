package io.psconv.operator.classify;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.operator.record.Frame;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingRoomTest {
    private final WaitingRoom room = new WaitingRoom();

    @Test
    void keepsACamerasFramesInOrder() {
        add("fast", 1, 500);
        assertThat(room.mustWait(frame("fast", 2, 10), 100)).isTrue();
        assertThat(room.mustWait(frame("other", 3, 100), 100)).isFalse();
        add("fast", 2, 10);
        add("other", 4, 300);

        assertThat(offsets(room.release(300))).containsExactly(4L);
        assertThat(offsets(room.release(499))).isEmpty();
        assertThat(offsets(room.release(500))).containsExactly(1L, 2L);
        assertThat(room.isEmpty()).isTrue();
        assertThat(room.mustWait(frame("fast", 5, 500), 500)).isFalse();
    }

    @Test
    void knowsTheEarliestTimeOfAll() {
        assertThat(room.earliestMillis()).isEqualTo(Long.MAX_VALUE);
        add("fast", 1, 500);
        add("fast", 2, 10);

        assertThat(room.earliestMillis()).isEqualTo(10);
    }

    @Test
    void countsWhatItHolds() {
        Frame first = new Frame(frame("a", 1, 0).id(), "a", 500, null, new byte[1_000]);
        room.add(new WaitingRoom.Waiting(first, 0, true));
        add("b", 2, 400);
        long both = room.bytes();

        assertThat(both).isGreaterThan(1_000);
        assertThat(room.bytesAheadOfClock()).isBetween(1_000L, both - 1);
        assertThat(room.frames()).extracting(Frame::camera).containsExactly("a", "b");

        room.release(1_000);
        assertThat(room.bytes()).isZero();
        assertThat(room.bytesAheadOfClock()).isZero();
    }

    private void add(String camera, long offset, long timestampMillis) {
        room.add(new WaitingRoom.Waiting(frame(camera, offset, timestampMillis), 0, false));
    }

    private static Frame frame(String camera, long offset, long timestampMillis) {
        return SampleFrames.frame(camera, offset, timestampMillis, null);
    }

    private static List<Long> offsets(List<WaitingRoom.Waiting> released) {
        return released.stream().map(next -> next.frame().id().offset()).toList();
    }
}
