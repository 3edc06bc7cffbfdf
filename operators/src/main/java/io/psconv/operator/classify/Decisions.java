package io.psconv.operator.classify;

import io.psconv.operator.record.Crop;
import io.psconv.operator.record.CropDecision;
import io.psconv.operator.record.Decision;
import io.psconv.operator.record.Frame;
import io.psconv.operator.record.ModelDecision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All that is decided. Each request is decided once before it comes here. Not thread-safe. */
final class Decisions {
    private final RouteTable routes;
    private final Map<String, Timeline<CropDecision>> crops = new HashMap<>();

    /** Starts with the routes that serve until something else is decided. */
    Decisions(RouteTable routes, List<CropDecision> cropDecisions) {
        this.routes = routes;
        cropDecisions.forEach(this::addCrop);
    }

    RouteTable routes() {
        return routes;
    }

    /** Takes a decision into account that changes something; of others there is no need here. */
    void add(Decision decision) {
        if (decision instanceof ModelDecision model) {
            routes.add(model);
        } else if (decision instanceof CropDecision crop) {
            addCrop(crop);
        }
    }

    private void addCrop(CropDecision crop) {
        crops.computeIfAbsent(
                        crop.camera(), camera -> new Timeline<>(CropDecision::effectiveFromMillis))
                .add(crop);
    }

    /**
     * The part of a frame's image to classify, or null for all of it.
     *
     * @param otherwise for cameras of which nothing is decided
     */
    @Nullable Crop cropOf(Frame frame, @Nullable Crop otherwise) {
        if (crops.isEmpty()) {
            return otherwise;
        }
        Timeline<CropDecision> timeline = crops.get(frame.camera());
        CropDecision decision = timeline == null ? null : timeline.at(frame.timestampMillis());
        return decision == null || decision.crop() == null ? otherwise : decision.crop();
    }

    /** Forgets what was superseded at an event time. */
    void pruneBefore(long timestampMillis) {
        routes.pruneBefore(timestampMillis);
        crops.values()
                .removeIf(
                        timeline -> {
                            timeline.pruneBefore(timestampMillis);
                            List<CropDecision> left = timeline.decisions();
                            return left.size() == 1
                                    && left.get(0).crop() == null
                                    && left.get(0).effectiveFromMillis() <= timestampMillis;
                        });
    }

    /** What to checkpoint of crops. */
    List<CropDecision> cropDecisions() {
        List<CropDecision> all = new ArrayList<>();
        crops.values().forEach(timeline -> all.addAll(timeline.decisions()));
        return all;
    }
}
