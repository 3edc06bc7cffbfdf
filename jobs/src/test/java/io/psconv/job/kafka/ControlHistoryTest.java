package io.psconv.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.job.kafka.ControlHistory.Route;
import io.psconv.operator.record.AcceptedCrop;
import io.psconv.operator.record.AcceptedPlan;
import io.psconv.operator.record.ActivationRequest;
import io.psconv.operator.record.ControlRequest;
import io.psconv.operator.record.Crop;
import io.psconv.operator.record.MalformedRequest;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.Refusal;
import io.psconv.operator.record.RequestId;
import io.psconv.operator.record.RequestedPlan;
import io.psconv.operator.record.RequestedTime;
import io.psconv.operator.record.RoutePlan;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ControlHistoryTest {
    private static final RequestedTime NOW = new RequestedTime(0, 10);

    @Test
    void aRouteServesWhatCountsLastAndTheRestIsPending() {
        ControlHistory history =
                history(
                        List.of(),
                        plan("c-0@0", "default", "one", NOW, 100),
                        plan("c-0@1", "default", "three", new RequestedTime(500, 10), 200),
                        plan("c-0@2", "default", "two", NOW, 300));

        Route route = history.routes(400).get(0);

        assertThat(Objects.requireNonNull(route.serving()).accepted().request()).isEqualTo("c-0@2");
        assertThat(route.serving().fromMillis()).isEqualTo(310);
        assertThat(route.pending()).hasSize(1);
        assertThat(route.pending().get(0).accepted().request()).isEqualTo("c-0@1");
        assertThat(
                        Objects.requireNonNull(history.routes(500).get(0).serving())
                                .accepted()
                                .request())
                .isEqualTo("c-0@1");
    }

    @Test
    void ofTwoForOneTimeTheLaterInTheLogCounts() {
        ControlHistory history =
                history(
                        List.of(),
                        plan("c-0@0", "default", "one", new RequestedTime(500, 10), 100),
                        plan("c-0@1", "default", "two", new RequestedTime(500, 10), 200));

        assertThat(
                        Objects.requireNonNull(history.routes(500).get(0).serving())
                                .accepted()
                                .request())
                .isEqualTo("c-0@1");
    }

    @Test
    void theLastRefusalStandsAtItsRouteAndOthersApart() {
        ControlHistory history =
                history(
                        List.of(
                                request(activation("c-0@0", "day")),
                                request(activation("c-0@1", "day")),
                                request(new MalformedRequest("c-0@2", "not JSON"))),
                        new LoggedDecision(new Refusal("c-0@0", "first"), 100),
                        new LoggedDecision(new Refusal("c-0@1", "second"), 200),
                        new LoggedDecision(new Refusal("c-0@2", "not JSON"), 300));

        assertThat(history.routes(400)).extracting(Route::route).containsExactly("default", "day");
        assertThat(history.routes(400).get(0).refused()).isNull();
        assertThat(history.routes(400).get(1).refused()).isEqualTo(new Refusal("c-0@1", "second"));
        assertThat(history.otherRefusals()).containsExactly(new Refusal("c-0@2", "not JSON"));
    }

    @Test
    void whatNobodyDecidedIsListed() {
        ControlHistory history =
                history(
                        List.of(
                                request(activation("c-0@0", "day")),
                                request(activation("c-0@1", "night"))),
                        new LoggedDecision(new Refusal("c-0@0", "why"), 100));

        assertThat(history.undecided())
                .extracting(undecided -> undecided.id().toString())
                .containsExactly("c-0@1");
        assertThat(history.namedRoutes()).containsExactly("default", "day", "night");
    }

    @Test
    void cropsAreByCamera() {
        Crop crop = new Crop(1, 2, 3, 4);
        ControlHistory history =
                history(
                        List.of(),
                        new LoggedDecision(new AcceptedCrop("c-0@0", "gate", crop, NOW), 100),
                        new LoggedDecision(
                                new AcceptedCrop("c-0@1", "gate", null, new RequestedTime(900, 10)),
                                200));

        assertThat(history.crops(105)).isEmpty();
        assertThat(history.crops(110)).containsOnlyKeys("gate");
        assertThat(history.pendingCrops(110)).hasSize(1);
        assertThat(history.pendingCrops(900)).isEmpty();
    }

    private static ControlHistory history(
            List<LoggedRequest> requests, LoggedDecision... decisions) {
        return new ControlHistory(requests, List.of(decisions), null);
    }

    private static LoggedRequest request(ControlRequest request) {
        return new LoggedRequest(RequestId.parse(request.request()).orElseThrow(), request, 0);
    }

    private static ActivationRequest activation(String request, String route) {
        return new ActivationRequest(request, route, RequestedPlan.single("*", "one"), NOW);
    }

    private static LoggedDecision plan(
            String request, String route, String model, RequestedTime time, long appendMillis) {
        return new LoggedDecision(
                new AcceptedPlan(
                        request,
                        route,
                        RoutePlan.single("*", new ModelReference(model, 1, Records.DIGEST)),
                        time),
                appendMillis);
    }
}
