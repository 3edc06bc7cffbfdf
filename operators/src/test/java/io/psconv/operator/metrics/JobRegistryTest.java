package io.psconv.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.psconv.operator.record.ModelIdentity;
import io.psconv.operator.record.RejectionReason;
import org.junit.jupiter.api.Test;

class JobRegistryTest {
    private static final ModelIdentity MODEL =
            new ModelIdentity("resnet20", 1, "abc", "PS4_P4", "jvm");

    private final PrometheusMeterRegistry prometheus =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final CompositeMeterRegistry process = new CompositeMeterRegistry();

    JobRegistryTest() {
        process.add(prometheus);
    }

    @Test
    void keepsTheMetersOfTwoJobsApart() {
        NodeMeters one = new NodeMeters(new JobRegistry(process, "one").registry());
        NodeMeters two = new NodeMeters(new JobRegistry(process, "two").registry());
        one.rejected(RejectionReason.EMPTY);
        one.rejected(RejectionReason.EMPTY);
        two.rejected(RejectionReason.EMPTY);

        assertThat(prometheus.scrape())
                .contains("inference_rejected_frames_total{job_name=\"one\",reason=\"empty\"} 2.0")
                .contains("inference_rejected_frames_total{job_name=\"two\",reason=\"empty\"} 1.0");
    }

    @Test
    void takesBackTheMetersOfOneJobOnly() {
        JobRegistry one = new JobRegistry(process, "one");
        JobRegistry two = new JobRegistry(process, "two");
        for (JobRegistry job : new JobRegistry[] {one, two}) {
            new NodeMeters(job.registry()).activated();
            new CameraMeters(job.registry());
            new ModelMeters(job.registry(), MODEL).decoded(1_000, 1_000);
        }
        int all = prometheus.getMeters().size();

        one.close();

        assertThat(prometheus.getMeters()).hasSize(all / 2);
        assertThat(prometheus.getMeters())
                .extracting(Meter::getId)
                .allMatch(id -> "two".equals(id.getTag(JobRegistry.JOB_NAME)));
        assertThat(prometheus.scrape())
                .contains("model_activations_total{job_name=\"two\"} 1.0")
                .doesNotContain("job_name=\"one\"");
        two.close();
        assertThat(prometheus.getMeters()).isEmpty();
    }

    @Test
    void aNextJobOfTheNameBeginsAnew() {
        JobRegistry first = new JobRegistry(process, "job");
        new NodeMeters(first.registry()).activated();
        first.close();

        new NodeMeters(new JobRegistry(process, "job").registry()).activated();

        assertThat(prometheus.scrape()).contains("model_activations_total{job_name=\"job\"} 1.0");
    }

    @Test
    void isSeenInPlacesThatComeLaterToo() {
        JobRegistry job = new JobRegistry(process, "job");
        new NodeMeters(job.registry()).activated();
        SimpleMeterRegistry later = new SimpleMeterRegistry();
        process.add(later);

        assertThat(later.find("model.activations").tag("job.name", "job").counter()).isNotNull();
        job.close();
        assertThat(later.getMeters()).isEmpty();
    }
}
