package io.psconv.operator.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.operator.record.RequestId;
import org.junit.jupiter.api.Test;

class DecidedRequestsTest {
    @Test
    void theFirstDecisionOfARequestCounts() {
        DecidedRequests decided = new DecidedRequests();

        assertThat(decided.decide("control-0@4")).isTrue();
        assertThat(decided.decide("control-0@5")).isTrue();
        assertThat(decided.decide("control-0@4")).isFalse();
        assertThat(decided.decide("control-0@5")).isFalse();
        assertThat(decided.decide("control-0@6")).isTrue();
    }

    @Test
    void partitionsAndTopicsAreToldApart() {
        DecidedRequests decided = new DecidedRequests();

        assertThat(decided.decide("control-0@4")).isTrue();
        assertThat(decided.decide("control-1@3")).isTrue();
        assertThat(decided.decide("other-0@2")).isTrue();
        assertThat(decided.newest())
                .containsExactly(
                        new RequestId("control", 0, 4),
                        new RequestId("control", 1, 3),
                        new RequestId("other", 0, 2));
        assertThat(decided.isDecided(new RequestId("control", 0, 5))).isFalse();
        assertThat(decided.isDecided(new RequestId("control", 0, 3))).isTrue();
    }

    @Test
    void anIdentityOfAnotherFormIsTakenEveryTime() {
        DecidedRequests decided = new DecidedRequests();

        assertThat(decided.decide("by-hand")).isTrue();
        assertThat(decided.decide("by-hand")).isTrue();
        assertThat(decided.newest()).isEmpty();
    }
}
