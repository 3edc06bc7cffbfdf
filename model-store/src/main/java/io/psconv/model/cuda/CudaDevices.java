package io.psconv.model.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The devices of this process, each open while somebody holds a lease of it. Thread-safe.
 *
 * <p>Counts the classifiers on each, over all models, so that a task manager's subtasks spread over
 * its devices whichever of them start, end or start again.
 */
final class CudaDevices {
    private static @Nullable CudaDevices ofThisProcess;

    private final CudaDriver driver;
    private final byte[] ptx;
    private final List<DeviceFacts> devices;
    private final Map<Integer, Opened> opened = new HashMap<>();

    private static final class Opened {
        private final CudaDevice device;
        private int leases;
        private int classifiers;

        private Opened(CudaDevice device) {
            this.device = device;
        }
    }

    /**
     * Asks a driver for its devices.
     *
     * @param ptx the kernels
     * @throws CudaException if there are none
     */
    CudaDevices(CudaDriver driver, byte[] ptx) {
        this.driver = driver;
        this.ptx = ptx;
        this.devices = driver.devices();
    }

    /**
     * Those of this machine's driver, found by the first call that succeeds.
     *
     * @param ptx the kernels, the same each time
     * @throws IllegalStateException if there is no driver or no device
     */
    static synchronized CudaDevices ofThisProcess(byte[] ptx) {
        if (ofThisProcess == null) {
            ofThisProcess = new CudaDevices(CudaDriver.open(), ptx);
        }
        return ofThisProcess;
    }

    CudaDriver driver() {
        return driver;
    }

    List<DeviceFacts> all() {
        return devices;
    }

    /**
     * Checks that all of some indexes are there.
     *
     * @param wanted indexes; all devices if empty
     * @throws IllegalArgumentException if one is not
     */
    List<Integer> indexes(List<Integer> wanted) {
        for (int index : wanted) {
            if (index < 0 || index >= devices.size()) {
                throw new IllegalArgumentException(
                        "CUDA device was '"
                                + index
                                + "' but this process sees those from 0 to "
                                + (devices.size() - 1)
                                + ", counted by PCI address as nvidia-smi does: "
                                + devices);
            }
        }
        return wanted.isEmpty() ? IntStream.range(0, devices.size()).boxed().toList() : wanted;
    }

    /** Classifiers on a device now. */
    synchronized int classifiers(int index) {
        Opened device = opened.get(index);
        return device == null ? 0 : device.classifiers;
    }

    /**
     * Opens a device, unless it is open.
     *
     * @throws CudaException if the driver refuses
     */
    synchronized Lease lease(int index) {
        Opened device = opened.get(index);
        if (device == null) {
            device = new Opened(new CudaDevice(driver, devices.get(index), ptx));
            opened.put(index, device);
        }
        device.leases++;
        return new Lease(index, device);
    }

    /** Indexes of the devices that are open. */
    synchronized List<Integer> open() {
        return new ArrayList<>(opened.keySet());
    }

    private synchronized void release(int index, Opened device) {
        device.leases--;
        if (device.leases == 0) {
            opened.remove(index);
            device.device.close();
        }
    }

    private synchronized void count(Opened device, int more) {
        device.classifiers += more;
    }

    /** The right to use a device until closed. */
    final class Lease implements OpenResources.Resource {
        private final int index;
        private final Opened opened;
        private boolean closed;

        private Lease(int index, Opened opened) {
            this.index = index;
            this.opened = opened;
        }

        CudaDevice device() {
            return opened.device;
        }

        /** Says that a classifier begins, or with −1 ends, to use the device. */
        void countClassifier(int more) {
            count(opened, more);
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                release(index, opened);
            }
        }
    }
}
