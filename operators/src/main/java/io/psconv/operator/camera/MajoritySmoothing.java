package io.psconv.operator.camera;

import io.psconv.operator.record.Observation;
import io.psconv.operator.record.SmoothedAnswer;
import io.psconv.operator.record.SmoothedAnswer.Vote;
import java.util.ArrayList;
import java.util.List;

/**
 * The answer is what so many of the last frames say; where none has so many, it stays.
 *
 * <p>{@code unknown} is a label like any other.
 *
 * @param votes frames that must agree, more than half of {@code frames}, so that one label at most
 *     has them
 * @param frames frames looked at, at least 1
 */
public record MajoritySmoothing(int votes, int frames) implements AnswerSmoothing {
    public MajoritySmoothing {
        if (votes <= frames / 2 || votes > frames) {
            throw new IllegalArgumentException(
                    "camera.smoothing.votes was '"
                            + votes
                            + "' but it must be more than half of camera.smoothing.frames of "
                            + frames
                            + " and at most all");
        }
    }

    @Override
    public boolean needsScores() {
        return false;
    }

    @Override
    public SmoothedAnswer next(SmoothedAnswer before, Observation frame) {
        List<Vote> last = new ArrayList<>(before.votes());
        last.add(new Vote(frame.label(), frame.timestampMillis()));
        // More than one too many only where a restored job looks at fewer frames.
        last.subList(0, Math.max(0, last.size() - frames)).clear();
        // Only the newest label, or after a change of the option another one, can have come to it.
        String label = before.label();
        for (Vote vote : last) {
            if (count(last, vote.label()) >= votes) {
                label = vote.label();
                break;
            }
        }
        return new SmoothedAnswer(label, last, List.of());
    }

    @Override
    public double support(SmoothedAnswer answer, String label) {
        return count(answer.votes(), label) / (double) frames;
    }

    @Override
    public long since(SmoothedAnswer answer, String label, Observation frame) {
        long since = frame.timestampMillis();
        for (Vote vote : answer.votes()) {
            if (vote.label().equals(label)) {
                since = Math.min(since, vote.timestampMillis());
            }
        }
        return since;
    }

    private static int count(List<Vote> votes, String label) {
        int count = 0;
        for (Vote vote : votes) {
            if (vote.label().equals(label)) {
                count++;
            }
        }
        return count;
    }
}
