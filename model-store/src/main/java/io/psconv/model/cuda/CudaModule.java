package io.psconv.model.cuda;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Kernels on a device. Made and closed on threads that entered its context. */
final class CudaModule implements OpenResources.Resource {
    private static final int LOG_BYTES = 16 << 10;

    // CUjit_option of cuda.h.
    private static final int ERROR_LOG_BUFFER = 5;
    private static final int ERROR_LOG_BUFFER_SIZE_BYTES = 6;

    private static final int MAX_DYNAMIC_SHARED_SIZE_BYTES = 8;

    private final CudaContext context;
    private final Pointer handle;
    private final Map<String, Pointer> functions = new HashMap<>();
    private final Map<String, Integer> sharedBytes = new HashMap<>();

    /**
     * Has the driver compile PTX for the device; it keeps what it made on disk for the next time.
     *
     * @param ptx text of a module
     * @param driver what the driver says of its version, for messages
     * @throws CudaException if it refuses, with what its compiler says
     */
    CudaModule(CudaContext context, byte[] ptx, String driver) {
        this.context = context;
        try (Memory image = new Memory(ptx.length + 1L);
                Memory log = new Memory(LOG_BYTES)) {
            // The text ends with a zero.
            image.clear();
            image.write(0, ptx, 0, ptx.length);
            log.clear();
            int[] options = {ERROR_LOG_BUFFER, ERROR_LOG_BUFFER_SIZE_BYTES};
            long[] values = {Pointer.nativeValue(log), LOG_BYTES};
            PointerByReference module = new PointerByReference();
            int code =
                    context.library()
                            .cuModuleLoadDataEx(module, image, options.length, options, values);
            if (code != CudaResult.SUCCESS) {
                context.check(code, "cuModuleLoadDataEx", what(code, ptx, driver, log));
            }
            this.handle = module.getValue();
        }
    }

    private String what(int code, byte[] ptx, String driver, Memory log) {
        PtxHeader header = PtxHeader.of(ptx);
        StringBuilder what = new StringBuilder("loading the kernels (PTX ");
        what.append(header.version()).append(" for ").append(header.target()).append(')');
        if (code == CudaResult.UNSUPPORTED_PTX_VERSION.code()) {
            what.append(", which need driver ")
                    .append(header.leastDriver())
                    .append(" or newer while this one serves CUDA ")
                    .append(driver);
        } else if (code == CudaResult.NO_BINARY_FOR_GPU.code()) {
            what.append(", while this device has compute capability ")
                    .append(context.facts().computeCapability());
        }
        byte[] said = log.getByteArray(0, LOG_BYTES);
        int length = 0;
        while (length < said.length && said[length] != 0) {
            length++;
        }
        String text = new String(said, 0, length, StandardCharsets.UTF_8).strip();
        if (!text.isEmpty()) {
            what.append(", of which the driver's compiler says «").append(text).append('»');
        }
        return what.append(',').toString();
    }

    /**
     * Finds a kernel and gives it the shared memory that a launch needs, which the driver may have
     * to load it for; not to be left to a recording, which allows little besides launches. Not
     * thread-safe.
     */
    void prepare(KernelLaunch launch) {
        allowShared(launch, function(launch.kernel()));
    }

    /**
     * Launches a kernel that was {@linkplain #prepare prepared}, in the turn of a stream. Not
     * thread-safe.
     *
     * @param addresses where the buffers of the launch's program lie
     */
    void launch(KernelLaunch launch, long[] addresses, CudaStream stream) {
        Pointer function = function(launch.kernel());
        int count = launch.arguments().size();
        // Each value in a place of its own, then the places' addresses.
        try (Memory values = new Memory(Math.max(1, count) * (long) Long.BYTES);
                Memory places = new Memory(Math.max(1, count) * (long) Long.BYTES)) {
            for (int index = 0; index < count; index++) {
                long offset = index * (long) Long.BYTES;
                KernelArgument argument = launch.arguments().get(index);
                if (argument instanceof KernelArgument.Buffer buffer) {
                    values.setLong(offset, addresses[buffer.index()] + buffer.offset());
                } else if (argument instanceof KernelArgument.Int32 number) {
                    values.setInt(offset, number.value());
                } else if (argument instanceof KernelArgument.Float32 number) {
                    values.setFloat(offset, number.value());
                }
                places.setPointer(offset, values.share(offset));
            }
            context.check(
                    context.library()
                            .cuLaunchKernel(
                                    function,
                                    launch.gridX(),
                                    launch.gridY(),
                                    launch.gridZ(),
                                    launch.blockX(),
                                    1,
                                    1,
                                    launch.sharedBytes(),
                                    stream.handle(),
                                    places,
                                    Pointer.NULL),
                    "cuLaunchKernel",
                    "launching kernel " + launch.kernel());
        }
    }

    private Pointer function(String name) {
        Pointer known = functions.get(name);
        if (known != null) {
            return known;
        }
        PointerByReference found = new PointerByReference();
        context.check(
                context.library().cuModuleGetFunction(found, handle, name),
                "cuModuleGetFunction",
                "looking for kernel " + name);
        functions.put(name, found.getValue());
        return found.getValue();
    }

    /** What is more than any function may have without asking must be asked for. */
    private void allowShared(KernelLaunch launch, Pointer function) {
        if (launch.sharedBytes() <= KernelLaunch.PLAIN_SHARED_BYTES
                || sharedBytes.getOrDefault(launch.kernel(), 0) >= launch.sharedBytes()) {
            return;
        }
        context.check(
                context.library()
                        .cuFuncSetAttribute(
                                function, MAX_DYNAMIC_SHARED_SIZE_BYTES, launch.sharedBytes()),
                "cuFuncSetAttribute",
                "asking for "
                        + launch.sharedBytes()
                        + " bytes of shared memory for kernel "
                        + launch.kernel());
        sharedBytes.put(launch.kernel(), launch.sharedBytes());
    }

    @Override
    public void close() {
        context.check(
                context.library().cuModuleUnload(handle),
                "cuModuleUnload",
                "unloading the kernels");
    }
}
