package io.psconv.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.psconv.operator.record.EnergyWindow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EnergyWindowJsonTest {
    private static final String SCHEMA = "energy-window.schema.json";

    @Test
    void writesEveryMemberUnderItsPublishedName() throws IOException {
        assertThat(new ObjectMapper().readTree(EnergyWindowJson.write(Records.window())))
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                                        {"ledger": "0123456789abcdef", "host": "node-1",
                                         "source": "rapl", "number": 42,
                                         "startMillis": 1780000000123,
                                         "endMillis": 1780000001140,
                                         "durationNanos": 1017003001,
                                         "joules": 60.25, "idleJoules": 20.0,
                                         "attributedJoules": 10.125,
                                         "unattributedJoules": 30.125,
                                         "busyNanos": 2000000000,
                                         "joulesPerBusySecond": 5.0625,
                                         "errorJoulesPerBusySecond": 0.25}
                                        """));
    }

    /** Sums are compared to the last bit, so every bit must come back. */
    @Test
    void everyWindowMeetsTheSchemaAndReadsBackExactly() throws IOException {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int count = 0; count < 200; count++) {
            double attributed = Math.scalb((double) random.nextInt(), -40 + random.nextInt(20));
            double joules = Math.abs(attributed);
            EnergyWindow window =
                    new EnergyWindow(
                            "a",
                            "b",
                            "modelled",
                            1 + random.nextInt(1000),
                            count,
                            count,
                            1,
                            joules,
                            0,
                            joules,
                            0,
                            random.nextInt(1000),
                            random.nextDouble(),
                            0);
            byte[] json = EnergyWindowJson.write(window);

            assertThat(Records.violations(SCHEMA, json)).isEmpty();
            assertThat(EnergyWindowJson.read(json)).isEqualTo(window);
        }
        assertThat(Records.violations(SCHEMA, EnergyWindowJson.write(Records.window()))).isEmpty();
    }

    @Test
    void saysWhatIsWrong() {
        String json = new String(EnergyWindowJson.write(Records.window()), StandardCharsets.UTF_8);

        assertThatThrownBy(() -> read(json.replace("\"number\":42", "\"number\":\"42\"")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'number' was '42' but it must be a number");
        assertThatThrownBy(() -> read(json.replace("\"joules\":60.25", "\"joules\":60.5")))
                .hasMessage("joules was 60.5 but the parts are 20.0, 10.125 and 30.125");
        assertThatThrownBy(() -> read("")).isInstanceOf(IllegalArgumentException.class);
    }

    private static EnergyWindow read(String json) {
        return EnergyWindowJson.read(Records.bytes(json));
    }
}
