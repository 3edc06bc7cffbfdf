package io.psconv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.job.kafka.LoggedDecision;
import io.psconv.operator.record.AcceptedCrop;
import io.psconv.operator.record.AcceptedPlan;
import io.psconv.operator.record.Crop;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.RequestedTime;
import io.psconv.operator.record.RoutePlan;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecisionTextTest {
    private static final ModelReference ONE = new ModelReference("one", 1, "0f".repeat(32));
    private static final ModelReference TWO = new ModelReference("two", 2, "f0".repeat(32));
    private static final RequestedTime NOW = new RequestedTime(0, 5000);

    @Test
    void saysWhatARouteDoes() {
        assertThat(DecisionText.does(RoutePlan.single("*", ONE))).isEqualTo("serves one@1");
        assertThat(DecisionText.does(RoutePlan.single("gate-*", ONE)))
                .isEqualTo("serves gate-* with one@1");
        assertThat(DecisionText.does(RoutePlan.split("*", List.of(ONE, TWO), 9, 1)))
                .isEqualTo("serves a split of one@1=9, two@2=1");
        assertThat(DecisionText.does(RoutePlan.paired("*", ONE, TWO)))
                .isEqualTo("serves one@1 paired with two@2");
        assertThat(DecisionText.does(RoutePlan.cascade("*", ONE, TWO, 0.25f)))
                .isEqualTo("serves one@1 escalating to two@2 below a margin of 0.25");
        assertThat(DecisionText.does(null)).isEqualTo("serves no camera");
    }

    @Test
    void saysFromWhenOn() {
        assertThat(
                        DecisionText.of(
                                new LoggedDecision(new AcceptedPlan("r", "day", null, NOW), 1_000)))
                .isEqualTo("route day serves no camera from 1970-01-01T00:00:06Z");
        assertThat(
                        DecisionText.of(
                                new LoggedDecision(
                                        new AcceptedCrop("r", "gate", new Crop(1, 2, 3, 4), NOW),
                                        1_000)))
                .isEqualTo("camera gate is cropped to 3x4 from 1,2 from 1970-01-01T00:00:06Z");
    }

    @Test
    void jsonHasTheEffectiveTimeBesideTheRecordsOwnMembers() throws IOException {
        assertThat(
                        DecisionText.members(
                                new LoggedDecision(new AcceptedPlan("r", "day", null, NOW), 1_000)))
                .containsEntry("decision", "accepted")
                .containsEntry("route", "day")
                .containsEntry("plan", null)
                .containsEntry("leadMillis", 5000)
                .containsEntry("effectiveFromMillis", 6000L);
    }
}
