package io.psconv.bench.energy;

import java.math.BigDecimal;

/** A sum of doubles without rounding, so that what is equal comes out equal. Not thread-safe. */
final class JouleSum {
    private BigDecimal sum = BigDecimal.ZERO;

    void add(double joules) {
        sum = sum.add(new BigDecimal(joules));
    }

    void add(BigDecimal joules) {
        sum = sum.add(joules);
    }

    BigDecimal exact() {
        return sum;
    }

    double value() {
        return sum.doubleValue();
    }
}
