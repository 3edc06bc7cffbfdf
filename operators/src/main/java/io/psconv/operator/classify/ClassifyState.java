package io.psconv.operator.classify;

import io.psconv.operator.record.CropDecision;
import io.psconv.operator.record.Frame;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.state.RecordTypes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the classify operator checkpoints.
 *
 * <p>Decisions and model files are broadcast state, which every subtask gets back whatever the
 * parallelism, and not a union list: with a union list no checkpoint succeeds while some subtasks
 * of a bounded job have ended. Not thread-safe.
 */
final class ClassifyState {
    private static final Logger LOG = LoggerFactory.getLogger(ClassifyState.class);

    private static final MapStateDescriptor<Integer, ModelDecision> MODEL_DECISIONS =
            new MapStateDescriptor<>("model-decisions", Types.INT, RecordTypes.MODEL_DECISION);
    private static final MapStateDescriptor<Integer, CropDecision> CROP_DECISIONS =
            new MapStateDescriptor<>("crop-decisions", Types.INT, RecordTypes.CROP_DECISION);
    private static final MapStateDescriptor<String, byte[]> MODEL_FILES =
            new MapStateDescriptor<>(
                    "model-files",
                    Types.STRING,
                    PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
    private static final ListStateDescriptor<Frame> WAITING_FRAMES =
            new ListStateDescriptor<>("waiting-frames", RecordTypes.FRAME);

    private final BroadcastState<Integer, ModelDecision> modelDecisions;
    private final BroadcastState<Integer, CropDecision> cropDecisions;
    private final BroadcastState<String, byte[]> modelFiles;
    private final ListState<Frame> waitingFrames;

    ClassifyState(OperatorStateStore store) throws Exception {
        modelDecisions = store.getBroadcastState(MODEL_DECISIONS);
        cropDecisions = store.getBroadcastState(CROP_DECISIONS);
        modelFiles = store.getBroadcastState(MODEL_FILES);
        waitingFrames = store.getListState(WAITING_FRAMES);
    }

    /**
     * What was decided, or the first model alone on a fresh start.
     *
     * @param first the model that the job's options name
     */
    Decisions restoreDecisions(ModelDecision first) throws Exception {
        List<ModelDecision> restored = inOrder(modelDecisions);
        if (restored.isEmpty()) {
            return new Decisions(new RouteTable(first), List.of());
        }
        RouteTable routes = new RouteTable(restored);
        if (!routes.models().containsAll(new RouteTable(first).models())) {
            LOG.warn(
                    "classify.model names {} but the restored job goes on with {}; the option"
                            + " counts for a fresh start only",
                    new RouteTable(first).models(),
                    restored);
        }
        return new Decisions(routes, inOrder(cropDecisions));
    }

    private static <D> List<D> inOrder(BroadcastState<Integer, D> state) throws Exception {
        List<D> restored = new ArrayList<>();
        for (int position = 0; state.contains(position); position++) {
            restored.add(state.get(position));
        }
        return restored;
    }

    /** Gives the models that came in a savepoint to those who serve. */
    void restoreFiles(ServingModels models, Set<ModelReference> known) throws Exception {
        for (ModelReference reference : known) {
            byte[] file = modelFiles.get(reference.digest());
            if (file != null) {
                models.carry(reference, file);
            }
        }
        modelFiles.clear();
    }

    /** Frames that waited for decisions. */
    List<Frame> restoreWaiting() throws Exception {
        List<Frame> frames = new ArrayList<>();
        waitingFrames.get().forEach(frames::add);
        return frames;
    }

    /**
     * Sets what is checkpointed next.
     *
     * @param files of models, by digest
     */
    void snapshot(Decisions decisions, List<Frame> waiting, Map<String, byte[]> files)
            throws Exception {
        setInOrder(modelDecisions, decisions.routes().decisions());
        setInOrder(cropDecisions, decisions.cropDecisions());
        modelFiles.clear();
        modelFiles.putAll(new HashMap<>(files));
        waitingFrames.update(waiting);
    }

    private static <D> void setInOrder(BroadcastState<Integer, D> state, List<D> decisions)
            throws Exception {
        state.clear();
        int position = 0;
        for (D decision : decisions) {
            state.put(position, decision);
            position++;
        }
    }
}
