package io.psconv.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.job.options.ClassifyOptions;
import io.psconv.job.options.DeliveryOptions.Guarantee;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class ClientDefaultsTest {
    @Test
    void letsFramesAndAnswersWaitForOthersBetweenCheckpoints() {
        ClassifyOptions options = ClassifyOptions.of(new Configuration(required()));

        assertThat(ClientDefaults.ofFrames(options))
                .isEqualTo(
                        Map.of(
                                "isolation.level", "read_committed",
                                "fetch.min.bytes", "65536",
                                "fetch.max.wait.ms", "20"));
        assertThat(ClientDefaults.ofAnswers(options)).isEqualTo(Map.of("linger.ms", "20"));
    }

    @Test
    void makesNothingWaitThatIsSeenAtOnce() {
        assertAtOnce(ClassifyConfigOptions.DELIVERY_GUARANTEE, Guarantee.AT_LEAST_ONCE);
    }

    @Test
    void makesNothingWaitThatHasADeadline() {
        assertAtOnce(ClassifyConfigOptions.CLASSIFY_DEADLINE, Duration.ofMillis(50));
    }

    @Test
    void makesNothingWaitAsLongAsACheckpoint() {
        assertAtOnce(ClassifyConfigOptions.CHECKPOINT_INTERVAL, Duration.ofMillis(100));
    }

    private static <T> void assertAtOnce(ConfigOption<T> option, T value) {
        ClassifyOptions options = ClassifyOptions.of(required().set(option, value));

        assertThat(ClientDefaults.ofFrames(options))
                .isEqualTo(Map.of("isolation.level", "read_committed"));
        assertThat(ClientDefaults.ofAnswers(options)).isEmpty();
    }

    private static Configuration required() {
        return new Configuration()
                .set(ClassifyConfigOptions.KAFKA_BOOTSTRAP_SERVERS, "localhost:9092")
                .set(ClassifyConfigOptions.CLASSIFY_STORE, "store")
                .set(ClassifyConfigOptions.CLASSIFY_MODEL, "model");
    }
}
