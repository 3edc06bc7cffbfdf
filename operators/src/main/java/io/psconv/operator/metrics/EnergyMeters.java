package io.psconv.operator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.psconv.operator.record.EnergyWindow;
import java.util.function.ToDoubleFunction;

/**
 * Where the energy of a job's closed windows went. Thread-safe.
 *
 * <p>What frames had is the job's; what nobody had is the process's, to which each job's windows
 * add the part that they were given: no sum over jobs has any of it twice. A modelled ledger has no
 * counters of idle and unattributed energy: nothing is known of them.
 */
public final class EnergyMeters {
    private final MeterRegistry job;
    private final MeterRegistry process;
    private final boolean measured;

    /**
     * Makes meters that appear with the first window.
     *
     * @param job where the job's meters are registered
     * @param process where those are that no job has
     * @param measured whether the joules come from a counter
     */
    public EnergyMeters(MeterRegistry job, MeterRegistry process, boolean measured) {
        this.job = job;
        this.process = process;
        this.measured = measured;
    }

    /**
     * Shows how many closed windows were thrown away because nobody took them.
     *
     * @param registry of the job
     * @param windows kept by this meter
     */
    public static <T> void showDropped(
            MeterRegistry registry, T windows, ToDoubleFunction<T> dropped) {
        FunctionCounter.builder("energy.windows.dropped", windows, dropped)
                .description("Closed energy windows that their topic does not have")
                .register(registry);
    }

    /** Adds a closed window. */
    public void closed(EnergyWindow window) {
        counter(job, window, "energy.attributed", "Energy of closed windows that frames had")
                .increment(window.attributedJoules());
        if (measured) {
            counter(
                            process,
                            window,
                            "energy.unattributed",
                            "Energy above idle that frames did not have")
                    .increment(window.unattributedJoules());
            counter(
                            process,
                            window,
                            "energy.idle",
                            "Energy that the host would have drawn doing nothing")
                    .increment(window.idleJoules());
        }
    }

    private static Counter counter(
            MeterRegistry registry, EnergyWindow window, String name, String description) {
        return Counter.builder(name)
                .description(description)
                .baseUnit("joules")
                .tag("energy.source", window.source())
                .register(registry);
    }
}
