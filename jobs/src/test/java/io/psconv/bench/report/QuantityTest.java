package io.psconv.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuantityTest {
    @Test
    void showsThreeDigitsOrAllWholeOnes() {
        assertThat(Quantity.of(10_254.7)).isEqualTo("10,255");
        assertThat(Quantity.of(212.4)).isEqualTo("212");
        assertThat(Quantity.of(99.96)).isEqualTo("100");
        assertThat(Quantity.of(21.44)).isEqualTo("21.4");
        assertThat(Quantity.of(8.0)).isEqualTo("8");
        assertThat(Quantity.of(0.001634)).isEqualTo("0.00163");
        assertThat(Quantity.of(0.0000163)).isEqualTo("1.6e-05");
        assertThat(Quantity.of(0.0)).isEqualTo("0");
    }

    @Test
    void theUnknownIsADashAndNeverZero() {
        assertThat(Quantity.of((Double) null)).isEqualTo("–");
        assertThat(Quantity.percent(null)).isEqualTo("–");
        assertThat(Quantity.plain((Double) null)).isEmpty();
        assertThat(Quantity.ratio(3, 0)).isEqualTo("–");
    }

    @Test
    void labelsOfAxesAreShort() {
        assertThat(Quantity.ofTick(5_000)).isEqualTo("5,000");
        assertThat(Quantity.ofTick(20_000)).isEqualTo("20k");
        assertThat(Quantity.ofTick(2_500_000)).isEqualTo("2.5M");
        assertThat(Quantity.ofTick(3 * 0.1)).isEqualTo("0.3");
        assertThat(Quantity.ofTick(0)).isEqualTo("0");
        assertThat(Quantity.ofTick(100)).isEqualTo("100");
    }

    @Test
    void machinesGetAllDigits() {
        assertThat(Quantity.plain(0.00041)).isEqualTo("4.1E-4");
        assertThat(Quantity.plain(402.6)).isEqualTo("402.6");
        assertThat(Quantity.plain(30.0)).isEqualTo("30");
    }
}
