package io.psconv.operator.classify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DecidedRequestsTest {
    @Test
    void takesEachPlaceOfAControlTopicOnce() {
        DecidedRequests requests = new DecidedRequests();

        assertThat(requests.add("model-control-0@7")).isTrue();
        assertThat(requests.add("model-control-0@7")).isFalse();
        assertThat(requests.add("model-control-0@6")).isFalse();
        assertThat(requests.add("model-control-1@6")).isTrue();
        assertThat(requests.add("model-control-0@8")).isTrue();
    }

    @Test
    void takesOtherNamesOnceEach() {
        DecidedRequests requests = new DecidedRequests();

        assertThat(requests.add("classify.model")).isTrue();
        assertThat(requests.add("classify.model")).isFalse();
        assertThat(requests.add("by hand")).isTrue();
    }

    @Test
    void goesOnFromACheckpoint() {
        DecidedRequests before = new DecidedRequests();
        before.add("model-control-0@41");
        before.add("by hand");
        DecidedRequests restored = new DecidedRequests();
        before.entries().forEach(restored::restore);

        assertThat(restored.add("model-control-0@41")).isFalse();
        assertThat(restored.add("by hand")).isFalse();
        assertThat(restored.add("model-control-0@42")).isTrue();
    }
}
