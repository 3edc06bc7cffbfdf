package io.psconv.operator.verify;

import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.InferenceEngines;
import io.psconv.model.format.MalformedModelException;
import io.psconv.model.store.ModelStore;
import io.psconv.operator.record.AcceptedCrop;
import io.psconv.operator.record.AcceptedPlan;
import io.psconv.operator.record.ActivationRequest;
import io.psconv.operator.record.ControlRequest;
import io.psconv.operator.record.CropRequest;
import io.psconv.operator.record.DeactivationRequest;
import io.psconv.operator.record.DecisionEntry;
import io.psconv.operator.record.MalformedRequest;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.Refusal;
import io.psconv.operator.record.RequestedArm;
import io.psconv.operator.record.RequestedPlan;
import io.psconv.operator.record.RequestedTime;
import io.psconv.operator.record.RoutePlan;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides on requests, each by itself: accepted, or refused with the reason.
 *
 * <p>What was accepted once must be servable wherever it is read: so models are loaded here first,
 * with the engine that is to serve. Not thread-safe.
 */
final class RequestVerifier {
    private static final int LONGEST_REASON = 2000;

    private final ModelVerifier models;
    private final long leadMillis;

    RequestVerifier(ModelVerifier models, long leadMillis) {
        this.models = models;
        this.leadMillis = leadMillis;
    }

    /**
     * A verifier of the models that a job is to serve with.
     *
     * @param engineSpec the engine, with the devices of this task manager
     * @throws IllegalStateException if the engine cannot run here, as {@link
     *     InferenceEngines#choose} says it
     */
    static RequestVerifier of(VerifierSettings settings, String engineSpec) {
        InferenceEngine engine =
                InferenceEngines.choose(
                        engineSpec, settings.convolution(), settings.requireVector());
        return new RequestVerifier(
                new ModelVerifier(
                        new ModelStore(Path.of(settings.store())),
                        engine,
                        settings.maxBatchSize(),
                        settings.maxBufferBytes()),
                settings.leadMillis());
    }

    /** Decides; whatever is wrong with a request is the reason of its refusal. */
    DecisionEntry decide(ControlRequest request) {
        try {
            if (request instanceof ActivationRequest activation) {
                return activate(activation);
            }
            if (request instanceof DeactivationRequest deactivation) {
                return deactivate(deactivation);
            }
            if (request instanceof CropRequest crop) {
                return new AcceptedCrop(
                        crop.request(), crop.camera(), crop.crop(), withLead(crop.time()));
            }
            return refusal(request, ((MalformedRequest) request).reason());
        } catch (IOException
                | MalformedModelException
                | RuntimeException
                // A request that failed the job would fail it again after every restart.
                | LinkageError
                | OutOfMemoryError e) {
            return refusal(request, reason(e));
        }
    }

    /** Says no. */
    static Refusal refusal(ControlRequest request, String reason) {
        return new Refusal(
                request.request(),
                reason.length() <= LONGEST_REASON
                        ? reason
                        : reason.substring(0, LONGEST_REASON) + " …");
    }

    private DecisionEntry activate(ActivationRequest request)
            throws IOException, MalformedModelException {
        RequestedPlan wanted = request.plan();
        if (request.route().equals(ModelDecision.DEFAULT_ROUTE)
                && !wanted.cameras().equals(RoutePlan.ALL_CAMERAS)) {
            return refusal(
                    request,
                    "cameras of route '"
                            + ModelDecision.DEFAULT_ROUTE
                            + "' were '"
                            + wanted.cameras()
                            + "' but it serves all that have no other route; name another route,"
                            + " or leave the cameras out");
        }
        List<VerifiedModel> verified = new ArrayList<>();
        for (RequestedArm arm : wanted.arms()) {
            verified.add(models.verify(arm.model()));
        }
        for (VerifiedModel other : verified) {
            checkLabels(verified.get(0), other);
        }
        List<ModelReference> references = verified.stream().map(VerifiedModel::reference).toList();
        return new AcceptedPlan(
                request.request(),
                request.route(),
                wanted.resolve(references),
                withLead(request.time()));
    }

    private DecisionEntry deactivate(DeactivationRequest request) {
        if (request.route().equals(ModelDecision.DEFAULT_ROUTE)) {
            return refusal(
                    request,
                    "route '"
                            + ModelDecision.DEFAULT_ROUTE
                            + "' cannot end; activate another model on it");
        }
        return new AcceptedPlan(request.request(), request.route(), null, withLead(request.time()));
    }

    private RequestedTime withLead(RequestedTime time) {
        return time.withLeadOfAtLeast(leadMillis);
    }

    private static void checkLabels(VerifiedModel first, VerifiedModel other) {
        if (first.labels().equals(other.labels())) {
            return;
        }
        throw new IllegalArgumentException(
                "models '"
                        + first.reference()
                        + "' and '"
                        + other.reference()
                        + "' of one route must have the same classes but "
                        + difference(first.labels(), other.labels())
                        + "; give each a route of its own");
    }

    private static String difference(List<String> one, List<String> other) {
        if (one.size() != other.size()) {
            return "one has " + one.size() + " and the other " + other.size();
        }
        int index = 0;
        while (one.get(index).equals(other.get(index))) {
            index++;
        }
        return "class " + index + " is '" + one.get(index) + "' and '" + other.get(index) + "'";
    }

    private static String reason(Throwable failure) {
        @Nullable String message = failure.getMessage();
        if (failure instanceof FileSystemException missing && missing.getReason() == null) {
            return "file '"
                    + missing.getFile()
                    + "' cannot be read: "
                    + failure.getClass().getSimpleName();
        }
        if (message == null || failure instanceof Error) {
            return failure.getClass().getSimpleName() + (message == null ? "" : ": " + message);
        }
        return message;
    }
}
