package io.psconv.operator.node;

/**
 * Whether a subtask takes more frames, told to the thread that feeds it. It is not told by blocking
 * the subtask itself: what it waits for comes in through the same thread. Thread-safe.
 */
public final class Backlog {
    private boolean full;

    /** Says whether the subtask is full. */
    public synchronized void setFull(boolean nowFull) {
        if (full != nowFull) {
            full = nowFull;
            notifyAll();
        }
    }

    /**
     * Waits while the subtask is full.
     *
     * @throws InterruptedException if the thread is to end
     */
    public synchronized void awaitRoom() throws InterruptedException {
        while (full) {
            wait();
        }
    }
}
