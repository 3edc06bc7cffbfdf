package io.psconv.operator.node;

import io.psconv.operator.energy.EnergyLedger;
import io.psconv.operator.record.EnergyWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands a job's closed energy windows of this process to the side output of whichever of its
 * subtasks asks first; each window goes to one.
 *
 * <p>Windows are facts and no state: a failed checkpoint must not take them back. So they are not
 * checkpointed; instead, the process keeps what it handed out until the checkpoint after it has
 * completed, hence the sink has flushed it, and hands it out again to the job's next attempt if the
 * attempt ends before. As long as the process lives each closed window reaches the sink, once, or
 * again after a failure; ledger and number tell which ones are the same.
 *
 * <p>Lost are, when the process is killed: the open window, a second or so of work, and windows
 * that closed but were not flushed, of about a checkpoint interval. Records committed from that
 * work name a window that no topic has. When a job stops with a savepoint or is cancelled: a
 * measured ledger's open window, since nothing can be emitted after the last barrier. A modelled
 * ledger's window is closed at every checkpoint when the job's last subtask here has come to it,
 * and either one's at the end of a bounded job.
 *
 * <p>Used by one subtask's thread.
 */
public final class EnergyWindowFeed {
    private static final long ENDED = Long.MAX_VALUE;

    private final @Nullable EnergyWindowOutbox outbox;
    private final @Nullable EnergyLedger ledger;

    /** Handed out after the checkpoint before, and not known to have arrived. */
    private final TreeMap<Long, List<EnergyWindow>> unconfirmed = new TreeMap<>();

    private List<EnergyWindow> sinceBarrier = new ArrayList<>();
    private volatile long lastCheckpoint;
    private boolean ended;

    /** Without outbox or ledger, hands out nothing. */
    EnergyWindowFeed(@Nullable EnergyWindowOutbox outbox, @Nullable EnergyLedger ledger) {
        this.outbox = outbox;
        this.ledger = ledger;
    }

    /** The newest checkpoint whose barrier this subtask has seen; the largest number at its end. */
    long lastCheckpoint() {
        return lastCheckpoint;
    }

    /** Hands out what has closed meanwhile. */
    public void poll(Consumer<EnergyWindow> output) {
        if (outbox == null || ended) {
            return;
        }
        for (EnergyWindow window : outbox.take()) {
            sinceBarrier.add(window);
            output.accept(window);
        }
    }

    /** To be called before a checkpoint's barrier goes on, when no frame is in flight. */
    public void beforeBarrier(long checkpoint, Consumer<EnergyWindow> output) {
        if (outbox == null) {
            return;
        }
        if (!ended) {
            // Said before the others are asked: of two that come at once, one sees both.
            lastCheckpoint = checkpoint;
            if (ledger != null && outbox.isLastBefore(this, checkpoint)) {
                ledger.checkpoint();
            }
            poll(output);
        }
        if (!sinceBarrier.isEmpty()) {
            unconfirmed.put(checkpoint, sinceBarrier);
            sinceBarrier = new ArrayList<>();
        }
    }

    /** Says that a checkpoint, and so everything emitted before its barrier, is complete. */
    public void confirm(long checkpoint) {
        unconfirmed.headMap(checkpoint, true).clear();
    }

    /**
     * To be called at the end of a bounded input; the job's last subtask here settles the ledger.
     */
    public void finish(Consumer<EnergyWindow> output) {
        if (outbox == null) {
            return;
        }
        lastCheckpoint = ENDED;
        if (ledger != null && outbox.isLastBefore(this, ENDED)) {
            ledger.settle();
        }
        poll(output);
        ended = true;
    }

    /** Says that nothing will be confirmed any more. */
    void end() {
        if (outbox != null) {
            List<EnergyWindow> open = new ArrayList<>();
            unconfirmed.values().forEach(open::addAll);
            open.addAll(sinceBarrier);
            outbox.giveBack(open);
        }
    }
}
