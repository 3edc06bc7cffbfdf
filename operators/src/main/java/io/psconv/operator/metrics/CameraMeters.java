package io.psconv.operator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.psconv.operator.record.CameraEventKind;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** What is counted of a job's cameras; one for all its subtasks of a task manager. Thread-safe. */
public final class CameraMeters {
    private final Map<CameraEventKind, Counter> events = new EnumMap<>(CameraEventKind.class);
    private final Counter reordered;
    private final Counter late;
    private final AtomicInteger known = new AtomicInteger();

    public CameraMeters(MeterRegistry registry) {
        for (CameraEventKind kind : CameraEventKind.values()) {
            events.put(
                    kind,
                    Counter.builder("camera.events")
                            .description("What became of cameras")
                            .baseUnit("events")
                            .tag("kind", kind.toString())
                            .register(registry));
        }
        this.reordered = disordered(registry, "reordered");
        this.late = disordered(registry, "late");
        Gauge.builder("camera.known", known, AtomicInteger::get)
                .description("Cameras whose state is kept")
                .baseUnit("cameras")
                .strongReference(true)
                .register(registry);
    }

    private static Counter disordered(MeterRegistry registry, String result) {
        return Counter.builder("camera.disordered")
                .description("Frames that came behind a later one of their camera")
                .baseUnit("frames")
                .tag("result", result)
                .register(registry);
    }

    /** Counts an event. */
    public void happened(CameraEventKind kind) {
        Objects.requireNonNull(events.get(kind)).increment();
    }

    /** Counts a frame that was put in order. */
    public void reordered() {
        reordered.increment();
    }

    /** Counts a frame that came too late for that. */
    public void late() {
        late.increment();
    }

    /** Adds to the cameras known, or takes from them. */
    public void known(int change) {
        known.addAndGet(change);
    }
}
