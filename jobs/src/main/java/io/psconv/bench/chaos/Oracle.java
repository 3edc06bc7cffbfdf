package io.psconv.bench.chaos;

import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.FrameId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares every frame that was produced with every answer that {@code read_committed} shows.
 *
 * <p>What it counts:
 *
 * <ul>
 *   <li><b>lost</b>: acknowledged frames that the topic does not hold or that have no answer;
 *   <li><b>duplicated</b>: answers beyond the first to a frame, and frames that the topic holds
 *       beyond the first of their number;
 *   <li><b>misrouted</b>: good frames that were rejected, bad ones that were classified or rejected
 *       for another reason, answers with another camera or time than the frame's or to no frame at
 *       all, and classifications that differ from what the same model said of the same picture
 *       before (answers are the same to the last bit, so another means another frame's);
 *   <li><b>out of order</b>: answers behind one to a later frame of the same camera and in the same
 *       topic, and those in another partition than the camera's first;
 *   <li><b>wrong version</b>: classifications by another model than the one that the decisions
 *       demand at the frame's time.
 * </ul>
 */
final class Oracle {
    private static final int MOST_FINDINGS = 20;

    private final Map<Integer, SentFrame> produced = new HashMap<>();
    private final Map<FrameId, SentFrame> stored = new HashMap<>();
    private final ModelTimeline models;
    private final Set<FrameId> answered = new HashSet<>();
    private final Map<String, Place> newest = new HashMap<>();
    private final Map<String, List<ClassScore>> known = new HashMap<>();
    private final List<String> findings = new ArrayList<>();
    private int lost;
    private int duplicated;
    private int misrouted;
    private int outOfOrder;
    private int wrongVersion;

    private Oracle(ModelTimeline models) {
        this.models = models;
    }

    /**
     * Judges a run.
     *
     * @param acknowledged frames that the broker took
     * @param places numbers of the frames by their place in Kafka
     * @param answers those of one partition in its order
     * @param models what had to serve when
     */
    static Verdict judge(
            List<SentFrame> acknowledged,
            Map<FrameId, Integer> places,
            List<Answer> answers,
            ModelTimeline models) {
        Oracle oracle = new Oracle(models);
        acknowledged.forEach(frame -> oracle.produced.put(frame.number(), frame));
        oracle.locate(places);
        answers.forEach(oracle::take);
        return oracle.verdict();
    }

    private void locate(Map<FrameId, Integer> places) {
        Set<Integer> numbers = new HashSet<>();
        for (Map.Entry<FrameId, Integer> place : places.entrySet()) {
            SentFrame frame = produced.get(place.getValue());
            if (frame == null) {
                // Stored although never acknowledged: no promise was made.
                continue;
            }
            stored.put(place.getKey(), frame);
            if (!numbers.add(frame.number())) {
                duplicated++;
                find("frame %d is in the topic again as %s", frame.number(), place.getKey());
            }
        }
        for (SentFrame frame : produced.values()) {
            if (!numbers.contains(frame.number())) {
                lost++;
                find("frame %d was acknowledged but is not in the topic", frame.number());
            }
        }
    }

    private void take(Answer answer) {
        SentFrame frame = stored.get(answer.frame());
        if (!answered.add(answer.frame())) {
            duplicated++;
            find("%s has another answer, by %s", answer.frame(), answer.model());
            return;
        }
        checkOrder(answer);
        if (frame == null) {
            misrouted++;
            find("%s is answered but was not produced", answer.frame());
        } else if (isMisrouted(answer, frame)) {
            misrouted++;
        } else if (answer.model() != null) {
            checkModel(answer, frame, answer.model());
        }
    }

    private void checkOrder(Answer answer) {
        String stream = answer.camera() + (answer.isClassified() ? " classified" : " rejected");
        Place place = new Place(answer.partition(), answer.frame().offset());
        @Nullable Place before = newest.get(stream);
        if (before == null) {
            newest.put(stream, place);
        } else if (before.partition() != place.partition()) {
            outOfOrder++;
            find("%s of %s is in partition %d", answer.frame(), stream, place.partition());
        } else if (before.offset() > place.offset()) {
            outOfOrder++;
            find("%s of %s stands behind offset %d", answer.frame(), stream, before.offset());
        } else {
            newest.put(stream, place);
        }
    }

    private boolean isMisrouted(Answer answer, SentFrame frame) {
        if (answer.reason() != frame.fault()) {
            find("%s was %s but got %s", answer.frame(), frame.fault(), answer.reason());
            return true;
        }
        if (!answer.camera().equals(frame.camera())
                || answer.timestampMillis() != frame.timestampMillis()) {
            find("%s came back as of %s", answer.frame(), answer.camera());
            return true;
        }
        if (answer.model() == null) {
            return false;
        }
        String question = answer.model().digest() + " " + frame.picture();
        @Nullable List<ClassScore> before = known.putIfAbsent(question, answer.top());
        if (before != null && !before.equals(answer.top())) {
            find("%s got %s, its picture had %s before", answer.frame(), answer.top(), before);
            return true;
        }
        return false;
    }

    private void checkModel(Answer answer, SentFrame frame, ServedModel model) {
        ServedModel demanded = models.at(frame.timestampMillis());
        if (!model.equals(demanded)) {
            wrongVersion++;
            find(
                    "%s of %d was classified by %s but %s had to",
                    answer.frame(), frame.timestampMillis(), model, demanded);
        }
    }

    private Verdict verdict() {
        int committed = 0;
        for (Map.Entry<FrameId, SentFrame> frame : stored.entrySet()) {
            if (answered.contains(frame.getKey())) {
                committed++;
            } else {
                lost++;
                find("%s, frame %d, has no answer", frame.getKey(), frame.getValue().number());
            }
        }
        return new Verdict(
                produced.size(),
                committed,
                lost,
                duplicated,
                misrouted,
                outOfOrder,
                wrongVersion,
                List.copyOf(findings));
    }

    private void find(String format, @Nullable Object... values) {
        if (findings.size() < MOST_FINDINGS) {
            findings.add(String.format(Locale.ROOT, format, values));
        }
    }

    /** Where an answer stands, and what it answers. */
    private record Place(int partition, long offset) {}
}
