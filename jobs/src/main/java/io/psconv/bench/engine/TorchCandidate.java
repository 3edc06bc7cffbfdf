package io.psconv.bench.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** One network at one batch in the Python process of a {@link TorchPeer}. */
final class TorchCandidate implements Contestant {
    private final TorchPeer peer;
    private final int number;
    private final Subject.AtBatch what;
    private final List<Double> imagesPerSecond = new ArrayList<>();
    private final List<Double> millis = new ArrayList<>();

    TorchCandidate(TorchPeer peer, int number, Subject.AtBatch what) {
        this.peer = peer;
        this.number = number;
        this.what = what;
    }

    @Override
    public void warmUp(long nanos) {
        var unused = peer.run(number, nanos);
    }

    @Override
    public void runSlice(long nanos) {
        JsonNode measured = peer.run(number, nanos);
        imagesPerSecond.add(measured.get("images").asDouble() / measured.get("seconds").asDouble());
        millis.add(measured.get("millis").asDouble());
    }

    @Override
    public Measurement measurement() {
        return new Measurement(
                what,
                imagesPerSecond,
                millis.stream().sorted().skip(millis.size() / 2).findFirst().orElse(0.0),
                null);
    }
}
