package io.psconv.tests.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromQlTest {
    @Test
    void findsSeriesAmongFunctionsLabelsAndNumbers() {
        assertThat(
                        PromQl.names(
                                "histogram_quantile(0.95, sum by (le, route) (rate(a_bucket[5m])))"
                                        + " > 2"))
                .containsExactly("a_bucket");
        assertThat(
                        PromQl.names(
                                "sum(increase(b_total{kind=\"x and y\", z=~'c|d'}[15m])) / on (e)"
                                        + " group_left (f) sum by(g)(h:i) unless 0.1 * sum (j"
                                        + " offset 5m) and k > bool 1"))
                .containsExactly("b_total", "h:i", "j", "k");
    }
}
