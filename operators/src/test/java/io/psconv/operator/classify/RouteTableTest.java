package io.psconv.operator.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.RoutePlan;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RouteTableTest {
    private static final ModelDecision FIRST = decision("first", Long.MIN_VALUE);

    @Test
    void servesTheDecisionInForceAtTheEventTime() {
        RouteTable timeline = new RouteTable(FIRST);
        timeline.add(decision("late", 200));
        timeline.add(decision("early", 100));

        assertThat(serving(timeline, 99)).isEqualTo("first");
        assertThat(serving(timeline, 100)).isEqualTo("early");
        assertThat(serving(timeline, 199)).isEqualTo("early");
        assertThat(serving(timeline, 200)).isEqualTo("late");
    }

    @Test
    void prefersTheLaterOfTwoDecisionsForOneTime() {
        RouteTable timeline = new RouteTable(FIRST);
        timeline.add(decision("one", 100));
        timeline.add(decision("two", 100));

        assertThat(serving(timeline, 100)).isEqualTo("two");
    }

    @Test
    void forgetsWhatWasSupersededBeforeATime() {
        RouteTable timeline = new RouteTable(FIRST);
        timeline.add(decision("one", 100));
        timeline.add(decision("two", 200));

        timeline.pruneBefore(99);
        assertThat(requests(timeline)).containsExactly("first", "one", "two");

        timeline.pruneBefore(100);
        assertThat(requests(timeline)).containsExactly("one", "two");
        assertThat(serving(timeline, 0)).isEqualTo("one");
    }

    @Test
    void forgetsNothingBeforeTheFirstTime() {
        RouteTable timeline = new RouteTable(FIRST);
        timeline.add(decision("one", 100));

        timeline.pruneBefore(Long.MIN_VALUE);

        assertThat(requests(timeline)).containsExactly("first", "one");
    }

    @Test
    void goesOnFromCheckpointedDecisions() {
        RouteTable timeline = new RouteTable(FIRST);
        timeline.add(decision("late", 200));
        timeline.add(decision("overtaken", 100));
        timeline.add(decision("swap", 100));

        RouteTable restored = new RouteTable(timeline.decisions());

        assertThat(requests(restored)).containsExactly("first", "overtaken", "swap", "late");
    }

    @Test
    void sendsACameraToTheFirstRouteInForceWhosePatternIsItsOwn() {
        RouteTable table = new RouteTable(FIRST);
        table.add(on("yard", "gate-*", 100));
        table.add(on("north", "*-north", 100));

        assertThat(table.at("gate-north", 99).route()).isEqualTo("default");
        assertThat(table.at("gate-north", 100).route()).isEqualTo("north");
        assertThat(table.at("gate-south", 100).route()).isEqualTo("yard");
        assertThat(table.at("door", 100).route()).isEqualTo("default");
    }

    @Test
    void givesACameraBackWhenItsRouteEnds() {
        RouteTable table = new RouteTable(FIRST);
        table.add(on("yard", "gate-*", 100));
        table.add(new ModelDecision("end", "yard", null, 200));

        assertThat(table.at("gate-1", 199).route()).isEqualTo("yard");
        assertThat(table.at("gate-1", 200).route()).isEqualTo("default");

        table.pruneBefore(200);
        assertThat(requests(table)).containsExactly("first");
        assertThat(table.at("gate-1", 300).route()).isEqualTo("default");
    }

    @Test
    void namesTheModelsThatAreNeededFromATimeOn() {
        RouteTable table = new RouteTable(FIRST);
        table.add(on("yard", "gate-*", 100));
        table.add(decision("next", 200));

        assertThat(names(table.modelsSince(99))).containsExactly("first", "next", "yard");
        assertThat(names(table.modelsSince(200))).containsExactly("next", "yard");
        assertThat(names(table.models())).containsExactly("first", "next", "yard");
    }

    @Test
    void refusesToGoOnWithoutTheDefaultRoute() {
        assertThatThrownBy(() -> new RouteTable(List.of(on("yard", "*", 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("but one must be of the default route");
    }

    private static ModelDecision on(String route, String cameras, long effectiveFromMillis) {
        return new ModelDecision(
                route + " begins",
                route,
                RoutePlan.single(cameras, new ModelReference(route, 1, "digest")),
                effectiveFromMillis);
    }

    private static List<String> names(Set<ModelReference> models) {
        return models.stream().map(ModelReference::name).toList();
    }

    private static String serving(RouteTable table, long timestampMillis) {
        return table.at("gate", timestampMillis).plan().models().get(0).name();
    }

    private static List<String> requests(RouteTable timeline) {
        return timeline.decisions().stream().map(ModelDecision::request).toList();
    }

    private static ModelDecision decision(String request, long effectiveFromMillis) {
        return ModelDecision.of(
                request, new ModelReference(request, 1, "digest"), effectiveFromMillis);
    }
}
