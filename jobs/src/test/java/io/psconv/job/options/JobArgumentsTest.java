package io.psconv.job.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class JobArgumentsTest {
    @Test
    void readsBothFormsAttachedAndApart() {
        assertThat(
                        JobArguments.parse(
                                        "-Da.b=1",
                                        "-D",
                                        "c.d=2 = two",
                                        "--kafka",
                                        "client.id=x",
                                        "--kafka=retries=3")
                                .toMap())
                .containsOnly(
                        Map.entry("a.b", "1"),
                        Map.entry("c.d", "2 = two"),
                        Map.entry("kafka.client.id", "x"),
                        Map.entry("kafka.retries", "3"));
    }

    @Test
    void aLaterValueReplacesAnEarlierOne() {
        assertThat(JobArguments.parse("-Da=1", "-Da=2").toMap()).containsOnly(Map.entry("a", "2"));
    }

    @Test
    void refusesAnythingElseWithoutQuotingValues() {
        assertThatThrownBy(() -> JobArguments.parse("-Da=1", "--password=hunter2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "argument 2 was '--password=...' but it must be -Dkey=value or --kafka"
                                + " key=value");
        assertThatThrownBy(() -> JobArguments.parse("-Dhunter2"))
                .hasMessage("-D must be followed by key=value, but there is no key or no '='");
        assertThatThrownBy(() -> JobArguments.parse("--kafka"))
                .hasMessage("--kafka must be followed by key=value, but there is no key or no '='");
    }
}
