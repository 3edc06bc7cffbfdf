package io.psconv.operator.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.EnergyWindow;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.junit.jupiter.api.Test;

class EnergyWindowSerializerTest extends VersionedSerializerContract<EnergyWindow> {
    private static final EnergyWindow MEASURED =
            new EnergyWindow(
                    "0123456789abcdef",
                    "gate",
                    "rapl",
                    41,
                    1_750_000_000_123L,
                    1_750_000_001_140L,
                    1_017_003_001L,
                    60,
                    20,
                    10,
                    30,
                    2_000_000_000L,
                    5,
                    0.25);

    EnergyWindowSerializerTest() {
        super(EnergyWindowSerializer.INSTANCE, RecordTypes.ENERGY_WINDOW);
    }

    @Override
    protected EnergyWindow[] getTestData() {
        return new EnergyWindow[] {
            MEASURED,
            new EnergyWindow("a", "b", "modelled", 1, 0, 0, 1, 1e-12, 0, 1e-12, 0, 0, 0, 0)
        };
    }

    @Test
    void everyFieldComesBack() throws IOException {
        assertThat(roundTrip(MEASURED)).isEqualTo(MEASURED);
    }

    @Test
    void refusesPartsThatDoNotAddUp() throws IOException {
        byte[] bytes = bytesOf(MEASURED);
        // 60.0 is 404E000000000000; the joules follow five strings' and longs' worth of fields.
        int joulesAt = bytes.length - 7 * Long.BYTES;
        assertThat(bytes[joulesAt]).isEqualTo((byte) 0x40);
        bytes[joulesAt + 1]++;

        assertThatThrownBy(
                        () ->
                                EnergyWindowSerializer.INSTANCE.deserialize(
                                        new DataInputDeserializer(bytes)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("energy window was damaged: joules was ");
    }
}
