package io.psconv.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.job.kafka.StreamPosition.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamPositionTest {
    @ParameterizedTest
    @CsvSource({
        "earliest, EARLIEST, 0",
        "Latest, LATEST, 0",
        "committed, COMMITTED, 0",
        "1780000000123, TIMESTAMP, 1780000000123",
        "2026-05-31T12:00:00Z, TIMESTAMP, 1780228800000",
        "2026-05-31T12:00:00.5+02:00, TIMESTAMP, 1780221600500",
    })
    void readsWhereToStart(String text, Kind kind, long timestamp) {
        StreamPosition position = StreamPosition.parseStart("frames.from", text);

        assertThat(position).isEqualTo(new StreamPosition(kind, timestamp));
        assertThat(position.toOffsets()).isNotNull();
    }

    @Test
    void readsWhereToStop() {
        assertThat(StreamPosition.parseStop("frames.until", "latest").kind())
                .isEqualTo(Kind.LATEST);
        assertThat(StreamPosition.parseStop("frames.until", "12"))
                .isEqualTo(new StreamPosition(Kind.TIMESTAMP, 12));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-5", "2026-05-31T12:00:00", "9999999999999999999"})
    void refusesWhatIsNoPlaceToStart(String text) {
        assertThatThrownBy(() -> StreamPosition.parseStart("frames.from", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "frames.from was '"
                                + text
                                + "' but it must be earliest, latest, committed or a time, in"
                                + " milliseconds since 1970 UTC or like 2026-05-31T12:00:00Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"earliest", "committed"})
    void refusesToStopWhereStreamsStart(String text) {
        assertThatThrownBy(() -> StreamPosition.parseStop("frames.until", text))
                .hasMessageStartingWith(
                        "frames.until was '" + text + "' but it must be latest or a time");
    }
}
