package io.psconv.model.cuda;

import io.psconv.model.engine.ClassifierLimits;
import io.psconv.model.network.Network;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model on one device: its weights once, and what batches need once for each largest batch that
 * classifiers ask for. Used by one thread at a time.
 */
final class DeviceModel implements OpenResources.Resource {
    private final CudaDevices.Lease lease;
    private final CudaDevice device;
    private final Network network;
    private final NetworkPrograms programs;
    private final DeviceConstants constants;
    private final Map<Integer, Shared> networks = new HashMap<>();
    private int users;

    private static final class Shared {
        private final RecordedNetwork network;
        private int users;

        private Shared(RecordedNetwork network) {
            this.network = network;
        }
    }

    /**
     * Takes over a device; nothing is on it yet.
     *
     * @param lease closed with this
     */
    DeviceModel(CudaDevices.Lease lease, Network network, NetworkPrograms programs) {
        this.lease = lease;
        this.device = lease.device();
        this.network = network;
        this.programs = programs;
        this.constants = new DeviceConstants(device.context());
    }

    CudaDevice device() {
        return device;
    }

    /** Says that a classifier begins, or with −1 ends, to use the device. */
    void countClassifier(int more) {
        lease.countClassifier(more);
    }

    /** Classifiers that use it now. */
    int users() {
        return users;
    }

    /**
     * What a classifier runs, to be given back by {@link #leave}.
     *
     * @throws CudaException if the device has not enough memory
     */
    RecordedNetwork join(int maxBatch) {
        Shared shared = networks.get(maxBatch);
        if (shared == null) {
            shared = new Shared(record(maxBatch));
            networks.put(maxBatch, shared);
        }
        shared.users++;
        users++;
        return shared.network;
    }

    private RecordedNetwork record(int maxBatch) {
        BatchBuckets buckets = BatchBuckets.upTo(maxBatch);
        List<DeviceProgram> made = buckets.sizes().stream().map(programs::forImages).toList();
        return device.inContext(
                () -> {
                    made.forEach(constants::upload);
                    return new RecordedNetwork(
                            device,
                            buckets,
                            ClassifierLimits.of(network, maxBatch),
                            made,
                            constants);
                });
    }

    /** Ends what {@link #join} began; what nobody uses any more is closed. */
    void leave(int maxBatch) {
        Shared shared = networks.get(maxBatch);
        if (shared == null) {
            throw new IllegalStateException("no classifier of batches up to " + maxBatch);
        }
        shared.users--;
        users--;
        if (shared.users == 0) {
            networks.remove(maxBatch);
            device.inContext(
                    () -> {
                        shared.network.close();
                        return true;
                    });
        }
    }

    /** Frees the weights and lets the device go; no classifier uses it. */
    @Override
    public void close() {
        try (lease) {
            device.inContext(
                    () -> {
                        constants.close();
                        return true;
                    });
        }
    }
}
