package io.psconv.operator.energy;

import java.io.IOException;

/** Counts what the test says, in whole steps, until it is broken. */
final class ManualEnergyMeter implements EnergyMeter {
    private final double step;
    private double joules;
    private boolean broken;
    private int readings;

    ManualEnergyMeter(double step) {
        this.step = step;
    }

    synchronized void draw(double more) {
        joules += more;
    }

    synchronized void breakDown() {
        broken = true;
    }

    synchronized void repair() {
        broken = false;
    }

    synchronized int readings() {
        return readings;
    }

    @Override
    public String source() {
        return "manual";
    }

    @Override
    public synchronized double readJoules() throws IOException {
        readings++;
        if (broken) {
            throw new IOException("broken");
        }
        return Math.floor(joules / step) * step;
    }

    @Override
    public double stepJoules() {
        return step;
    }
}
