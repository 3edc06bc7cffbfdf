package io.psconv.operator.classify;

import io.psconv.operator.node.Backlog;
import io.psconv.operator.node.Backlogs;
import io.psconv.operator.node.NodeRuntime;
import io.psconv.operator.node.NodeSettings;
import io.psconv.operator.record.Frame;
import java.io.Serializable;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.jspecify.annotations.Nullable;

/**
 * Lets frames through to the classify operator of the same subtask unless that is full of frames
 * that wait for decisions.
 *
 * <p>The operator cannot hold them back itself: it would not get the decisions either. This runs in
 * the source's chain, on the source's thread. Source and operator are joined by a forward edge and
 * share a slot, so they meet in one process.
 */
public final class FrameGate extends RichMapFunction<Frame, Frame> implements Serializable {
    private static final long serialVersionUID = 1;

    private final NodeSettings settings;
    private transient NodeRuntime.@Nullable Lease node;
    private transient Backlogs.@Nullable Lease lease;
    private transient Backlog backlog;

    @SuppressWarnings("NullAway.Init") // Flink calls open before any element.
    public FrameGate(NodeSettings settings) {
        this.settings = settings;
    }

    /** What both ends of a subtask call it. */
    static String subtask(RuntimeContext context) {
        return Integer.toString(context.getTaskInfo().getIndexOfThisSubtask());
    }

    @Override
    public void open(OpenContext context) throws Exception {
        NodeRuntime.Lease joined = NodeRuntime.acquire(settings, getRuntimeContext());
        node = joined;
        Backlogs.Lease part = joined.backlogs().lease(subtask(getRuntimeContext()));
        lease = part;
        backlog = part.backlog();
    }

    @Override
    public Frame map(Frame frame) throws InterruptedException {
        backlog.awaitRoom();
        return frame;
    }

    @Override
    public void close() {
        if (lease != null) {
            lease.close();
        }
        if (node != null) {
            node.close();
        }
    }
}
