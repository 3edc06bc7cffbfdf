package io.psconv.operator.node;

import io.psconv.operator.record.EnergyWindow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closed windows of a job in this process on their way to its side output.
 *
 * <p>It outlives what the job's subtasks share: what the last subtask of a failed attempt could not
 * hand on waits for the next attempt in this process. Thread-safe.
 */
final class EnergyWindowOutbox {
    private static final Logger LOG = LoggerFactory.getLogger(EnergyWindowOutbox.class);

    /** More than an hour of windows; only a sink that hangs lets so many wait. */
    static final int MOST_WAITING = 4096;

    private final Deque<EnergyWindow> waiting = new ArrayDeque<>();
    private final List<EnergyWindowFeed> feeds = new ArrayList<>();
    private long dropped;

    /** Adds a taker. */
    synchronized void join(EnergyWindowFeed feed) {
        feeds.add(feed);
    }

    /** Removes a taker, after which no more windows are kept if it was the last. */
    synchronized void leave(EnergyWindowFeed feed) {
        feeds.remove(feed);
    }

    /** Keeps a closed window if somebody takes windows. */
    synchronized void add(EnergyWindow window) {
        if (feeds.isEmpty()) {
            return;
        }
        waiting.addLast(window);
        dropOldest();
    }

    /** Takes back what was taken but may not have arrived, to be taken again before all others. */
    synchronized void giveBack(List<EnergyWindow> windows) {
        for (int index = windows.size() - 1; index >= 0; index--) {
            waiting.addFirst(windows.get(index));
        }
        dropOldest();
    }

    /** Everything that waits, oldest first; it is the caller's now. */
    synchronized List<EnergyWindow> take() {
        if (waiting.isEmpty()) {
            return List.of();
        }
        List<EnergyWindow> taken = List.copyOf(waiting);
        waiting.clear();
        return taken;
    }

    /** Whether every other taker has come to this checkpoint or its end. */
    synchronized boolean isLastBefore(EnergyWindowFeed feed, long checkpoint) {
        for (EnergyWindowFeed other : feeds) {
            if (other != feed && other.lastCheckpoint() < checkpoint) {
                return false;
            }
        }
        return true;
    }

    /** Windows that no topic has, because too many waited. */
    synchronized long dropped() {
        return dropped;
    }

    private void dropOldest() {
        while (waiting.size() > MOST_WAITING) {
            waiting.removeFirst();
            dropped++;
            if (dropped == 1) {
                LOG.warn(
                        "more than {} energy windows wait for topic energy-windows; the oldest are"
                                + " dropped and will be missing there",
                        MOST_WAITING);
            }
        }
    }
}
