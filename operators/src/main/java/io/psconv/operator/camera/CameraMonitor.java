package io.psconv.operator.camera;

import io.psconv.operator.record.CameraClock;
import io.psconv.operator.record.CameraEvent;
import io.psconv.operator.record.CameraEventDetails.LabelChange;
import io.psconv.operator.record.CameraEventDetails.Lateness;
import io.psconv.operator.record.CameraEventDetails.Silence;
import io.psconv.operator.record.CameraEventKind;
import io.psconv.operator.record.CameraPicture;
import io.psconv.operator.record.CameraPresence;
import io.psconv.operator.record.CameraState;
import io.psconv.operator.record.ModelConfidence;
import io.psconv.operator.record.Observation;
import io.psconv.operator.record.SmoothedAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes a camera from state to state, and says what became of it.
 *
 * <p>Silence goes by the machine's clock; all else is a function of the camera's frames in the
 * order in which they arrived, so a replay gives the same events. (A camera that falls silent does
 * not keep its last frames waiting: should older ones still come, they are late then, and may not
 * be in a replay.) Without state of its own, so that one serves all cameras.
 */
final class CameraMonitor {
    /** Models kept apart: those of a split or cascade, and of the swaps not long ago. */
    static final int MOST_MODELS = 8;

    private final CameraRules rules;

    CameraMonitor(CameraRules rules) {
        this.rules = rules;
    }

    /**
     * Takes a frame.
     *
     * @param before what is kept of the camera, or null if nothing is
     * @param nowMillis the machine's time
     */
    CameraState arrived(
            String camera,
            @Nullable CameraState before,
            Observation frame,
            long nowMillis,
            Consumer<CameraEvent> events) {
        CameraState state = heard(camera, before, frame, nowMillis, events);
        CameraClock clock = state.clock();
        if (clock.isLate(frame.timestampMillis())) {
            boolean setBack = rules.order().setsBack(clock);
            events.accept(
                    new CameraEvent(
                            camera,
                            setBack ? CameraEventKind.CLOCK_SET_BACK : CameraEventKind.FRAME_LATE,
                            frame.timestampMillis(),
                            frame.frame(),
                            new Lateness(
                                    clock.newestMillis() - frame.timestampMillis(),
                                    clock.lateInARow() + 1)));
            if (!setBack) {
                return withClock(state, rules.order().late(clock));
            }
            state = withClock(drained(camera, state, events), CameraClock.UNSET);
        }
        return stepped(camera, state, rules.order().take(state.clock(), frame), events);
    }

    /** Lets the frames of a camera go on that wait for earlier ones. */
    CameraState drained(String camera, CameraState state, Consumer<CameraEvent> events) {
        return stepped(camera, state, rules.order().release(state.clock()), events);
    }

    /**
     * Looks whether a camera is silent or gone.
     *
     * @param startedMillis when the job was started, before which it could not hear anything
     * @return what is kept of the camera, or null if it is gone
     */
    @Nullable CameraState checked(
            String camera,
            CameraState state,
            long nowMillis,
            long startedMillis,
            Consumer<CameraEvent> events) {
        CameraPresence presence = state.presence();
        long heard = Math.max(presence.lastSeenMillis(), startedMillis);
        if (rules.presence().isGone(heard, nowMillis)) {
            drained(camera, state, events);
            events.accept(
                    silence(camera, CameraEventKind.CAMERA_FORGOTTEN, presence, heard, nowMillis));
            return null;
        }
        boolean fellSilent = rules.presence().fellSilent(presence, heard, nowMillis);
        CameraState after = state;
        if (fellSilent) {
            after = drained(camera, state, events);
            events.accept(
                    silence(camera, CameraEventKind.CAMERA_SILENT, presence, heard, nowMillis));
        }
        boolean silent = fellSilent || presence.silent();
        return withPresence(
                after,
                new CameraPresence(
                        presence.lastFrame(),
                        presence.lastSeenMillis(),
                        silent,
                        rules.presence().nextCheck(heard, silent)));
    }

    private CameraState heard(
            String camera,
            @Nullable CameraState before,
            Observation frame,
            long nowMillis,
            Consumer<CameraEvent> events) {
        if (before == null) {
            return new CameraState(
                    new CameraPresence(
                            frame.frame(),
                            nowMillis,
                            false,
                            rules.presence().nextCheck(nowMillis, false)),
                    CameraClock.UNSET,
                    SmoothedAnswer.NONE,
                    CameraPicture.UNKNOWN,
                    List.of());
        }
        CameraPresence presence = before.presence();
        long nextCheck = presence.nextCheckMillis();
        if (presence.silent()) {
            events.accept(
                    new CameraEvent(
                            camera,
                            CameraEventKind.CAMERA_BACK,
                            nowMillis,
                            frame.frame(),
                            new Silence(
                                    presence.lastSeenMillis(),
                                    // The machine's clock may have been set back.
                                    Math.max(0, nowMillis - presence.lastSeenMillis()))));
            nextCheck = rules.presence().nextCheck(nowMillis, false);
        }
        return withPresence(before, new CameraPresence(frame.frame(), nowMillis, false, nextCheck));
    }

    private static CameraEvent silence(
            String camera,
            CameraEventKind kind,
            CameraPresence presence,
            long heardMillis,
            long nowMillis) {
        return new CameraEvent(
                camera,
                kind,
                nowMillis,
                presence.lastFrame(),
                new Silence(presence.lastSeenMillis(), nowMillis - heardMillis));
    }

    private CameraState stepped(
            String camera, CameraState state, OrderRule.Step step, Consumer<CameraEvent> events) {
        CameraState after = withClock(state, step.clock());
        for (Observation frame : step.released()) {
            after = followed(camera, after, frame, events);
        }
        return after;
    }

    /** Takes the next frame in order of capture. */
    private CameraState followed(
            String camera, CameraState state, Observation frame, Consumer<CameraEvent> events) {
        return new CameraState(
                state.presence(),
                state.clock(),
                answer(camera, state.answer(), frame, events),
                picture(camera, state.picture(), frame, events),
                confidences(camera, state.confidences(), frame, events));
    }

    private SmoothedAnswer answer(
            String camera, SmoothedAnswer before, Observation frame, Consumer<CameraEvent> events) {
        SmoothedAnswer after = rules.smoothing().next(before, frame);
        LabelChange change = rules.smoothing().change(before, after, frame);
        if (change != null) {
            events.accept(
                    new CameraEvent(
                            camera,
                            CameraEventKind.LABEL_CHANGED,
                            frame.timestampMillis(),
                            frame.frame(),
                            change));
        }
        return after;
    }

    private CameraPicture picture(
            String camera, CameraPicture before, Observation frame, Consumer<CameraEvent> events) {
        CameraPicture after = rules.stillness().next(before, frame);
        if (before.frozen() != after.frozen()) {
            events.accept(
                    new CameraEvent(
                            camera,
                            after.frozen()
                                    ? CameraEventKind.CAMERA_FROZEN
                                    : CameraEventKind.CAMERA_MOVING,
                            frame.timestampMillis(),
                            frame.frame(),
                            StillnessRule.details(after.frozen() ? after : before)));
        }
        return after;
    }

    private List<ModelConfidence> confidences(
            String camera,
            List<ModelConfidence> before,
            Observation frame,
            Consumer<CameraEvent> events) {
        if (!rules.confidence().isOn()) {
            return List.of();
        }
        List<ModelConfidence> all = new ArrayList<>(before);
        ModelConfidence known = ModelConfidence.of(frame.model());
        for (ModelConfidence one : before) {
            if (one.model().equals(frame.model())) {
                known = one;
                all.remove(one);
            }
        }
        ModelConfidence next = rules.confidence().next(known, frame.confidence());
        all.add(next);
        if (known.drifted() != next.drifted()) {
            events.accept(
                    new CameraEvent(
                            camera,
                            next.drifted()
                                    ? CameraEventKind.CONFIDENCE_DRIFT
                                    : CameraEventKind.CONFIDENCE_RECOVERED,
                            frame.timestampMillis(),
                            frame.frame(),
                            rules.confidence().shift(next)));
        }
        return all.subList(Math.max(0, all.size() - MOST_MODELS), all.size());
    }

    private static CameraState withPresence(CameraState state, CameraPresence presence) {
        return new CameraState(
                presence, state.clock(), state.answer(), state.picture(), state.confidences());
    }

    private static CameraState withClock(CameraState state, CameraClock clock) {
        return new CameraState(
                state.presence(), clock, state.answer(), state.picture(), state.confidences());
    }
}
