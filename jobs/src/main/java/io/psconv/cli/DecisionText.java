package io.psconv.cli;

import io.psconv.job.kafka.DecisionJson;
import io.psconv.job.kafka.LoggedDecision;
import io.psconv.operator.record.AcceptedCrop;
import io.psconv.operator.record.AcceptedPlan;
import io.psconv.operator.record.Crop;
import io.psconv.operator.record.CropDecision;
import io.psconv.operator.record.Decision;
import io.psconv.operator.record.DecisionEntry;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.RouteArm;
import io.psconv.operator.record.RoutePlan;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Decisions in words, and as members of JSON. */
final class DecisionText {
    private DecisionText() {}

    /** What is decided and from when on. */
    static String of(LoggedDecision logged) {
        DecisionEntry entry = logged.entry();
        Decision decision = entry.at(logged.appendMillis());
        if (entry instanceof AcceptedPlan plan && decision instanceof ModelDecision model) {
            return "route "
                    + plan.route()
                    + " "
                    + does(plan.plan())
                    + " from "
                    + time(model.effectiveFromMillis());
        }
        if (entry instanceof AcceptedCrop crop && decision instanceof CropDecision cropped) {
            return "camera "
                    + crop.camera()
                    + " "
                    + shows(crop.crop())
                    + " from "
                    + time(cropped.effectiveFromMillis());
        }
        return entry.toString();
    }

    /** The decision's JSON, with the event time from which it counts. */
    static Map<String, Object> members(LoggedDecision logged) throws IOException {
        Map<String, Object> members = Json.members(DecisionJson.write(logged.entry()));
        Decision decision = logged.entry().at(logged.appendMillis());
        if (decision instanceof ModelDecision model) {
            members.put("effectiveFromMillis", model.effectiveFromMillis());
        } else if (decision instanceof CropDecision crop) {
            members.put("effectiveFromMillis", crop.effectiveFromMillis());
        }
        return members;
    }

    /** What a route does. */
    static String does(@Nullable RoutePlan plan) {
        if (plan == null) {
            return "serves no camera";
        }
        String cameras =
                plan.cameras().equals(RoutePlan.ALL_CAMERAS) ? "" : " " + plan.cameras() + " with";
        RouteArm first = plan.arms().get(0);
        String how =
                switch (plan.kind()) {
                    case SINGLE -> first.model().toString();
                    case SPLIT ->
                            plan.arms().stream()
                                    .map(arm -> arm.model() + "=" + arm.weight())
                                    .collect(Collectors.joining(", ", "a split of ", ""));
                    case PAIRED -> first.model() + " paired with " + plan.arms().get(1).model();
                    case CASCADE ->
                            first.model()
                                    + " escalating to "
                                    + plan.arms().get(1).model()
                                    + " below a margin of "
                                    + plan.margin();
                };
        return "serves" + cameras + " " + how;
    }

    /** What of a camera's frames is classified. */
    static String shows(@Nullable Crop crop) {
        return crop == null ? "is cropped as the job's option says" : "is cropped to " + crop;
    }

    static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
