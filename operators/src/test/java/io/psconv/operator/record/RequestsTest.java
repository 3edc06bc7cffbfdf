package io.psconv.operator.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestsTest {
    private static final ModelReference ONE = new ModelReference("one", 1, "");
    private static final ModelReference TWO = new ModelReference("two", 2, "");

    @Test
    void effectiveTimeIsTheLaterOfTheOneAskedForAndTheLeadBehindTheDecision() {
        assertThat(new RequestedTime(0, 5000).effectiveFromMillis(100)).isEqualTo(5100);
        assertThat(new RequestedTime(5099, 5000).effectiveFromMillis(100)).isEqualTo(5100);
        assertThat(new RequestedTime(5101, 5000).effectiveFromMillis(100)).isEqualTo(5101);
    }

    @Test
    void aLongerLeadOfTheRequestCounts() {
        assertThat(new RequestedTime(7, 1).withLeadOfAtLeast(5)).isEqualTo(new RequestedTime(7, 5));
        assertThat(new RequestedTime(7, 9).withLeadOfAtLeast(5)).isEqualTo(new RequestedTime(7, 9));
    }

    @Test
    void timesOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new RequestedTime(-1, 0))
                .hasMessage(
                        "fromMillis was '-1' but it must be milliseconds since 1970, or 0 for now");
        assertThatThrownBy(() -> new RequestedTime(0, 604_800_001))
                .hasMessage(
                        "leadMillis was '604800001' but it must be between 0 and 604800000, which"
                                + " is 7 days");
    }

    @Test
    void identityOfARequestReadsBack() {
        RequestId id = new RequestId("model-control-2@3", 4, 567);

        assertThat(id).hasToString("model-control-2@3-4@567");
        assertThat(RequestId.parse(id.toString())).contains(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "request-1", "classify.model", "-0@1", "a-0@", "a-b@1"})
    void otherIdentitiesAreNone(String text) {
        assertThat(RequestId.parse(text)).isEmpty();
    }

    @Test
    void armsAreNamedAsThePlansFactoriesDo() {
        assertThat(plan(RoutePlan.Kind.SINGLE, 0, "one").resolve(List.of(ONE)))
                .isEqualTo(RoutePlan.single("*", ONE));
        assertThat(
                        new RequestedPlan(
                                        RoutePlan.Kind.SPLIT,
                                        "*",
                                        List.of(
                                                new RequestedArm("one", 9),
                                                new RequestedArm("two", 1)),
                                        0)
                                .resolve(List.of(ONE, TWO)))
                .isEqualTo(RoutePlan.split("*", List.of(ONE, TWO), 9, 1));
        assertThat(plan(RoutePlan.Kind.PAIRED, 0, "one", "two").resolve(List.of(ONE, TWO)))
                .isEqualTo(RoutePlan.paired("*", ONE, TWO));
        assertThat(plan(RoutePlan.Kind.CASCADE, 0.5f, "one", "two").resolve(List.of(ONE, TWO)))
                .isEqualTo(RoutePlan.cascade("*", ONE, TWO, 0.5f));
    }

    @Test
    void plansThatCannotBeAreRefusedBeforeAnyModelIsLookedFor() {
        assertThatThrownBy(() -> plan(RoutePlan.Kind.PAIRED, 0, "one"))
                .hasMessage("a PAIRED route had '1' models but it must have 2");
        assertThatThrownBy(() -> plan(RoutePlan.Kind.CASCADE, 0, "one", "two"))
                .hasMessageStartingWith("margin of a CASCADE route was '0.0'");
        assertThatThrownBy(() -> plan(RoutePlan.Kind.SINGLE, 0, " "))
                .hasMessageStartingWith("model was ' '");
        assertThatThrownBy(
                        () ->
                                new RequestedPlan(
                                        RoutePlan.Kind.SINGLE,
                                        "*",
                                        List.of(new RequestedArm("one", 2)),
                                        0))
                .hasMessage(
                        "weight of model 'one' was '2' but only a SPLIT route weighs its models;"
                                + " leave it out");
        assertThatThrownBy(() -> RequestedPlan.single("gate\n", "one"))
                .hasMessageStartingWith("cameras was 'gate\n'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Day", "-day", "a b", "tag/1"})
    void routeNamesOfAnotherFormAreRefused(String name) {
        assertThatThrownBy(() -> new DeactivationRequest("r", name, new RequestedTime(0, 0)))
                .hasMessageStartingWith("route was '" + name + "' but it must be 1 to 64");
    }

    @Test
    void anEntryTakesEffectByItsPlaceInTheLogAlone() {
        RequestedTime time = new RequestedTime(0, 5000);

        assertThat(new AcceptedPlan("r", "day", null, time).at(100))
                .isEqualTo(new ModelDecision("r", "day", null, 5100));
        assertThat(new AcceptedCrop("r", "gate", null, time).at(100))
                .isEqualTo(new CropDecision("r", "gate", null, 5100));
        assertThat(new DecisionTick(3).at(100)).isEqualTo(new DecisionTick(3));
    }

    private static RequestedPlan plan(RoutePlan.Kind kind, float margin, String... models) {
        return new RequestedPlan(
                kind,
                "*",
                java.util.Arrays.stream(models).map(model -> new RequestedArm(model, 1)).toList(),
                margin);
    }
}
