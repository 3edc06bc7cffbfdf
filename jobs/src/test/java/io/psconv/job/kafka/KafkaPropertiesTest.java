package io.psconv.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaPropertiesTest {
    @Test
    void passesSettingsOnUnchanged() {
        Properties properties =
                KafkaProperties.of("a:9092,b:9093")
                        .with("security.protocol=SASL_SSL")
                        .with("sasl.jaas.config=org.Module required password=\"a=b\";")
                        .toProperties();

        assertThat(properties)
                .containsOnly(
                        Map.entry("bootstrap.servers", "a:9092,b:9093"),
                        Map.entry("security.protocol", "SASL_SSL"),
                        Map.entry("sasl.jaas.config", "org.Module required password=\"a=b\";"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sasl.jaas.config",
                "ssl.key.password",
                "ssl.keystore.password",
                "ssl.truststore.password",
                "ssl.keystore.key",
                "ssl.keystore.certificate.chain.PRIVATE",
                "sasl.oauthbearer.client.credentials.client.secret",
                "sasl.login.token",
                "basic.auth.user.info",
                "listener.name.x.SASL.JAAS.CONFIG",
            })
    void neverPrintsASecret(String key) {
        String printed = KafkaProperties.of("a:9092").with(key + "=hunter2").toString();

        assertThat(printed).doesNotContain("hunter2").contains(key + "=****");
    }

    @Test
    void printsWhatIsNotSecret() {
        assertThat(KafkaProperties.of("a:9092").with("security.protocol=SSL"))
                .hasToString(
                        "KafkaProperties[bootstrapServers=a:9092,"
                                + " settings={security.protocol=SSL}]");
    }

    @Test
    void refusesASettingThatWouldBreakTheJobWithoutQuotingIt() {
        assertThatThrownBy(() -> KafkaProperties.of("a:9092").with("group.id=x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "kafka.group.id cannot be passed on to Kafka; set kafka.group-id instead");
        assertThatThrownBy(() -> KafkaProperties.of("a:9092").with("hunter2"))
                .hasMessage(
                        "a Kafka setting must be written key=value, for example"
                                + " security.protocol=SSL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:9092", "10.0.0.1:1", "[::1]:65535", "a:1, b:2"})
    void takesServers(String servers) {
        assertThatCode(() -> KafkaProperties.of(servers)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "localhost", "localhost:", ":9092", "a:0", "a:65536", "a:1,", "a b:1"})
    void refusesServers(String servers) {
        assertThatThrownBy(() -> KafkaProperties.of(servers))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "kafka.bootstrap-servers was '"
                                + servers
                                + "' but it must be host:port, or several separated by commas");
    }

    @Test
    void knowsTheProducersLimit() {
        KafkaProperties kafka = KafkaProperties.of("a:9092");

        assertThat(kafka.maxRequestBytes()).isEqualTo(1_048_576);
        assertThat(kafka.with("max.request.size=2000000").maxRequestBytes()).isEqualTo(2_000_000);
        assertThatThrownBy(() -> kafka.with("max.request.size=2mb").maxRequestBytes())
                .hasMessage(
                        "kafka.max.request.size was '2mb' but it must be a whole number of bytes");
    }
}
