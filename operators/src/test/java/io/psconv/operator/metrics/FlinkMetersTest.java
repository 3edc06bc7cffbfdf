package io.psconv.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.psconv.operator.record.EnergyWindow;
import io.psconv.operator.record.FrameEnergy;
import io.psconv.operator.record.ModelIdentity;
import io.psconv.operator.record.RejectionReason;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FlinkMetersTest {
    private static final ModelIdentity MODEL =
            new ModelIdentity("resnet20", 1, "abc", "PS4_P4", "jvm");
    private static final String OF_MODEL = "psconv/model=resnet20/variant=PS4_P4/";

    private final SimpleMeterRegistry process = new SimpleMeterRegistry();
    private final FlinkMeters meters = new FlinkMeters(process);
    private final JobRegistry job = new JobRegistry(process, "job");
    private final MeterRegistry registry = job.registry();
    private final RecordingGroup first = new RecordingGroup();
    private final RecordingGroup second = new RecordingGroup();

    @Test
    void showsCountersTimersSummariesAndGauges() {
        meters.offer(first, "job");
        NodeMeters node = new NodeMeters(registry);
        node.rejected(RejectionReason.EMPTY);
        node.started(2);
        ModelMeters model = new ModelMeters(registry, MODEL);
        model.classified(4, 8_000_000, 1, new FrameEnergy(0.5, "modelled", 0, 0, "a", 1, 1));
        model.classified(2, 2_000_000, 1, new FrameEnergy(0.5, "modelled", 0, 0, "a", 1, 1));
        EnergyMeters.showDropped(registry, new AtomicLong(7), AtomicLong::get);

        assertThat(first.value("psconv/reason=empty/inference.rejected")).isEqualTo(1);
        assertThat(first.value("psconv/job.restarts")).isEqualTo(2);
        assertThat(first.value("psconv/energy.windows.dropped")).isEqualTo(7);
        assertThat(first.value(OF_MODEL + "inference.latency.count")).isEqualTo(2);
        assertThat(first.value(OF_MODEL + "inference.latency.sum")).isEqualTo(0.010);
        assertThat(first.value(OF_MODEL + "inference.latency.mean")).isEqualTo(0.005);
        assertThat(first.value(OF_MODEL + "inference.latency.max")).isEqualTo(0.008);
        assertThat(first.value(OF_MODEL + "inference.batch.size.sum")).isEqualTo(6);
        assertThat(
                        first.value(
                                "psconv/energy.source=modelled/model=resnet20/variant=PS4_P4/"
                                        + "inference.energy.sum"))
                .isEqualTo(3);
    }

    @Test
    void showsMetersThatWereThereBefore() {
        new NodeMeters(registry).activated();

        meters.offer(first, "job");

        assertThat(first.value("psconv/model.activations")).isEqualTo(1);
    }

    @Test
    void showsEachMeterInOnePlaceOnly() {
        new NodeMeters(registry);

        meters.offer(first, "job");
        meters.offer(second, "job");

        assertThat(first.gauges()).isNotEmpty();
        assertThat(second.gauges()).isEmpty();
    }

    @Test
    void goesOnInTheNextPlaceWhenOneIsClosed() {
        new NodeMeters(registry);
        FlinkMeters.Place place = meters.offer(first, "job");
        meters.offer(second, "job");

        place.close();
        place.close();
        new ModelMeters(registry, MODEL);

        assertThat(second.gauges()).containsKeys("psconv/job.restarts");
        assertThat(second.gauges()).containsKey(OF_MODEL + "frame.decode.time.count");
        assertThat(first.gauges()).doesNotContainKey(OF_MODEL + "frame.decode.time.count");
    }

    @Test
    void showsNothingTwiceWhenAnotherPlaceIsClosed() {
        new NodeMeters(registry);
        meters.offer(first, "job");

        meters.offer(second, "job").close();

        assertThat(second.gauges()).isEmpty();
        assertThat(first.gauges()).isNotEmpty();
    }

    @Test
    void showsEachJobItsOwnMetersAndThoseOfTheProcessOnce() {
        JobRegistry other = new JobRegistry(process, "other");
        new NodeMeters(registry).activated();
        new NodeMeters(other.registry());
        new EnergyMeters(registry, process, true)
                .closed(new EnergyWindow("a", "host", "rapl", 1, 0, 1, 1, 3, 1, 1, 1, 1, 1e9, 0));

        FlinkMeters.Place place = meters.offer(first, "job");
        meters.offer(second, "other");
        assertThat(first.value("psconv/model.activations")).isEqualTo(1);
        assertThat(second.value("psconv/model.activations")).isZero();
        assertThat(first.value("psconv/energy.source=rapl/energy.idle")).isEqualTo(1);
        assertThat(second.gauges()).doesNotContainKey("psconv/energy.source=rapl/energy.idle");

        place.close();
        job.close();
        assertThat(second.value("psconv/energy.source=rapl/energy.idle")).isEqualTo(1);
        assertThat(second.gauges())
                .doesNotContainKey("psconv/energy.source=rapl/energy.attributed");
    }

    @Test
    void needsNoPlace() {
        new NodeMeters(registry).rejected(RejectionReason.EMPTY);
        meters.offer(first, "job").close();
        new ModelMeters(registry, MODEL);

        assertThat(first.gauges()).doesNotContainKey(OF_MODEL + "inference.latency.count");
    }

    @Test
    void saysWhichKindOfMeterItDoesNotKnow() {
        meters.offer(first, "job");

        assertThatThrownBy(() -> LongTaskTimer.builder("long.task").register(process))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("meter 'long.task' was a");
    }
}
