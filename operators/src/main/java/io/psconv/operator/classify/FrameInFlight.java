package io.psconv.operator.classify;

import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.Frame;
import io.psconv.operator.record.FrameEnergy;
import io.psconv.operator.record.FrameTiming;
import io.psconv.operator.record.PairedResult;
import io.psconv.operator.record.RouteArm;
import io.psconv.operator.record.RoutePlan;
import io.psconv.operator.record.RouteResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decoded frame on its way to its classification. Of a frame that two models classify, decoding,
 * network and energy are added up; wait and batch size are those of the first. Not thread-safe.
 */
final class FrameInFlight {
    private final RouteInForce route;
    private final RouteArm firstArm;
    private final long arrivalNanos;
    private final Frame frame;

    /** Answers that are still to come, and the admission itself while it lasts. */
    private int awaited = 1;

    private boolean rejected;
    private long imageHash;
    private @Nullable Answer first;
    private @Nullable Answer second;
    private @Nullable Float margin;
    private long queueNanos;
    private long decodeNanos;
    private long inferenceNanos;
    private int batchSize;
    private @Nullable FrameEnergy energy;

    FrameInFlight(Frame frame, RouteInForce route, RouteArm firstArm, long arrivalNanos) {
        // Otherwise the payload is not needed any more and would only hold memory.
        this.frame = route.isCascade() ? frame : light(frame);
        this.route = route;
        this.firstArm = firstArm;
        this.arrivalNanos = arrivalNanos;
    }

    private static Frame light(Frame frame) {
        return new Frame(
                frame.id(), frame.camera(), frame.timestampMillis(), frame.contentType(), null);
    }

    Frame frame() {
        return frame;
    }

    RouteInForce route() {
        return route;
    }

    long arrivalNanos() {
        return arrivalNanos;
    }

    /** Bytes that it holds until it is done, besides its place in batches. */
    int heldBytes() {
        return frame.payloadLength();
    }

    /** Says that a model is to answer. */
    void await(long decodingNanos, long hash) {
        if (decodeNanos == 0) {
            imageHash = hash;
        }
        awaited++;
        decodeNanos += decodingNanos;
    }

    /** Says that all models are told that are to answer at first. */
    void admitted() {
        awaited--;
    }

    /** Takes an answer, the first model's or the second's. */
    void answered(boolean bySecond, Answer answer, BatchCost cost) {
        awaited--;
        if (bySecond) {
            second = answer;
        } else {
            first = answer;
            margin = route.isCascade() ? (Float) answer.margin() : null;
            queueNanos = Math.max(0, cost.startNanos() - arrivalNanos - decodeNanos);
            batchSize = cost.frames();
        }
        inferenceNanos += cost.inferenceNanos();
        FrameEnergy charge = cost.energy();
        if (charge != null) {
            energy = energy == null ? charge : energy.plus(charge);
        }
    }

    /** Whether a cascade's first model has answered below the margin, and the second not yet. */
    boolean isInDoubt() {
        return margin != null && second == null && margin < route.plan().margin();
    }

    /** Ends the frame's way without a classification. */
    void reject() {
        rejected = true;
    }

    boolean isRejected() {
        return rejected;
    }

    boolean isDone() {
        return rejected || (awaited == 0 && !isInDoubt());
    }

    long queueNanos() {
        return queueNanos;
    }

    /** Name of the arm that answered. */
    String arm() {
        return second != null && route.isCascade() ? RoutePlan.ESCALATED_ARM : firstArm.arm();
    }

    /**
     * The classification, once the frame is done.
     *
     * @param topK classes that it lists
     * @param threshold probability below which the label is unknown
     */
    Classification classification(int topK, float threshold, boolean late) {
        Answer counting = counting();
        List<ClassScore> top = counting.best(topK);
        boolean confident = top.get(0).probability() >= threshold;
        return new Classification(
                frame.id(),
                frame.camera(),
                frame.timestampMillis(),
                confident ? top.get(0).label() : Classification.UNKNOWN,
                top,
                counting.model(),
                result(),
                imageHash,
                late,
                timing(),
                energy);
    }

    /** The answer that counts and what it cost, once the frame is done. */
    ClassifiedFrame classified() {
        return new ClassifiedFrame(counting(), timing(), energy);
    }

    private Answer counting() {
        Answer counting = second != null && route.isCascade() ? second : first;
        if (counting == null) {
            throw new IllegalStateException("frame " + frame.id() + " has no answer yet");
        }
        return counting;
    }

    private FrameTiming timing() {
        return new FrameTiming(queueNanos, decodeNanos, inferenceNanos, batchSize);
    }

    private RouteResult result() {
        return new RouteResult(route.route(), arm(), margin, paired(first, second));
    }

    private @Nullable PairedResult paired(@Nullable Answer counting, @Nullable Answer compared) {
        return route.isPaired() && counting != null && compared != null
                ? compared.beside(counting)
                : null;
    }

    /**
     * What a batch cost each of its frames.
     *
     * @param startNanos {@link System#nanoTime} when the network began
     * @param inferenceNanos the network, for the whole batch
     * @param frames of the batch
     * @param energy each frame's share, or null where nothing is known
     */
    record BatchCost(
            long startNanos, long inferenceNanos, int frames, @Nullable FrameEnergy energy) {}
}
