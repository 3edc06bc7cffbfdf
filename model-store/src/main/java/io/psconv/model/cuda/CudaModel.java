package io.psconv.model.cuda;

import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.ClassifierLimits;
import io.psconv.model.engine.GoldenCheck;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import java.util.Comparator;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model for devices; shared by the subtasks of a process. Thread-safe.
 *
 * <p>It goes to a device with the first classifier there, which is the allowed device with the
 * fewest classifiers of this model, and among those with the fewest of any. What it holds is freed
 * when it is closed and its last classifier is.
 */
final class CudaModel implements LoadedModel {
    private static final Logger LOG = LoggerFactory.getLogger(CudaModel.class);

    /** Half precision: a hundredth of the norm of an image's logits. */
    private static final double FP16_TOLERANCE = 1e-2;

    private final CompressedModel model;
    private final CudaDevices devices;
    private final CudaSettings settings;
    private final NetworkPrograms programs;
    private final Map<Integer, DeviceModel> onDevices = new TreeMap<>();
    private boolean closed;

    /**
     * Checks that there are kernels for the network; no device is used yet.
     *
     * @throws IllegalArgumentException if there are not
     */
    CudaModel(
            CompressedModel model,
            CudaDevices devices,
            CudaSettings settings,
            NetworkPrograms programs) {
        this.model = model;
        this.devices = devices;
        this.settings = settings;
        this.programs = programs;
        var unused = programs.forImages(1);
    }

    @Override
    public CompressedModel model() {
        return model;
    }

    @Override
    public String engine() {
        return CudaEngine.NAME;
    }

    @Override
    public double relativeTolerance() {
        return settings.precision() == Precision.FP16 ? FP16_TOLERANCE : 0;
    }

    /** On the first of the devices. */
    @Override
    public synchronized OptionalDouble leastNanos(int images) {
        double speed = devices.all().get(settings.devices().get(0)).memoryBytesPerSecond();
        ProgramCost cost = programs.cost(images);
        return speed > 0
                ? OptionalDouble.of(1e9 * (cost.mapBytes() + cost.constantBytes()) / speed)
                : OptionalDouble.empty();
    }

    /**
     * Makes a classifier on one of the devices.
     *
     * @throws CudaException if the driver refuses, for want of memory perhaps
     * @throws io.psconv.model.engine.GoldenMismatchException if a device that the model was not on
     *     computes wrongly
     */
    @Override
    public synchronized Classifier newClassifier(int maxBatch) {
        return newClassifier(nextDevice(), maxBatch);
    }

    private int nextDevice() {
        return settings.devices().stream()
                .min(
                        Comparator.<Integer>comparingInt(this::users)
                                .thenComparing(devices::classifiers)
                                .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
    }

    private int users(int index) {
        DeviceModel there = onDevices.get(index);
        return there == null ? 0 : there.users();
    }

    private Classifier newClassifier(int index, int maxBatch) {
        if (closed) {
            throw new IllegalStateException("the model is closed; load it again");
        }
        ClassifierLimits limits = ClassifierLimits.of(model.network(), maxBatch);
        boolean isNew = !onDevices.containsKey(index);
        DeviceModel there = onDevices.get(index);
        if (there == null) {
            CudaDevices.Lease lease = devices.lease(index);
            there = new DeviceModel(lease, model.network(), programs);
            onDevices.put(index, there);
        }
        boolean made = false;
        try {
            if (isNew) {
                check(index, there);
            }
            Classifier classifier = join(index, there, limits);
            made = true;
            return classifier;
        } finally {
            if (!made) {
                closeUnused();
            }
        }
    }

    /** Each device, since one that computes wrongly may be the only one of its machine. */
    private void check(int index, DeviceModel there) {
        LOG.info(
                "model {} of {} goes to CUDA {}",
                model.network().architecture(),
                CudaSettings.label(settings.precision()),
                there.device().facts());
        GoldenCheck.verify(
                model,
                CudaEngine.NAME,
                relativeTolerance(),
                maxBatch -> join(index, there, ClassifierLimits.of(model.network(), maxBatch)));
    }

    private Classifier join(int index, DeviceModel there, ClassifierLimits limits) {
        RecordedNetwork network = there.join(limits.maxBatch());
        there.countClassifier(1);
        return new CudaClassifier(
                there.device(), network, limits, () -> leave(index, limits.maxBatch()));
    }

    private synchronized void leave(int index, int maxBatch) {
        DeviceModel there = onDevices.get(index);
        if (there == null) {
            throw new IllegalStateException("the model is not on device " + index);
        }
        there.countClassifier(-1);
        try {
            there.leave(maxBatch);
        } finally {
            if (closed) {
                closeUnused();
            }
        }
    }

    private void closeUnused() {
        OpenResources unused = new OpenResources();
        onDevices
                .values()
                .removeIf(
                        there -> {
                            if (there.users() > 0) {
                                return false;
                            }
                            unused.add(there);
                            return true;
                        });
        unused.close();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            closeUnused();
        }
    }
}
