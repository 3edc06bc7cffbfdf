package io.psconv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SecretArgumentsTest {
    @Test
    void masksValuesOfSecretSettingsAlone() {
        assertThat(
                        SecretArguments.masked(
                                List.of(
                                        "bench",
                                        "--json=a=b.json",
                                        "--kafka",
                                        "sasl.jaas.config=Login required password=\"p\";",
                                        "--kafka=ssl.keystore.password=p",
                                        "--kafka=security.protocol=SSL",
                                        "-Dkafka.ssl.key.password=p",
                                        "-Dmetrics.otlp.http-headers=authorization=p",
                                        "-Dclassify.batch.max-size=4")))
                .containsExactly(
                        "bench",
                        "--json=a=b.json",
                        "--kafka",
                        "sasl.jaas.config=****",
                        "--kafka=ssl.keystore.password=****",
                        "--kafka=security.protocol=SSL",
                        "-Dkafka.ssl.key.password=****",
                        "-Dmetrics.otlp.http-headers=****",
                        "-Dclassify.batch.max-size=4");
    }
}
