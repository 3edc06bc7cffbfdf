package io.psconv.operator.node;

import java.util.HashMap;
import java.util.Map;

/**
 * The backlogs of a job in this process by subtask, each there while somebody uses it. Thread-safe.
 */
public final class Backlogs {
    private final Map<String, Shared> shared = new HashMap<>();

    /** Joins the backlog of a subtask, which starts empty. */
    public Lease lease(String subtask) {
        synchronized (shared) {
            Shared joined = shared.computeIfAbsent(subtask, key -> new Shared());
            joined.leases++;
            return new Lease(subtask, joined.backlog);
        }
    }

    private static final class Shared {
        private final Backlog backlog = new Backlog();
        private int leases;
    }

    /** A part in a backlog until closed. */
    public final class Lease implements AutoCloseable {
        private final String subtask;
        private final Backlog backlog;
        private boolean closed;

        private Lease(String subtask, Backlog backlog) {
            this.subtask = subtask;
            this.backlog = backlog;
        }

        public Backlog backlog() {
            return backlog;
        }

        @Override
        public void close() {
            synchronized (shared) {
                Shared left = shared.get(subtask);
                if (!closed && left != null) {
                    closed = true;
                    left.leases--;
                    if (left.leases == 0) {
                        shared.remove(subtask);
                    }
                }
            }
        }
    }
}
