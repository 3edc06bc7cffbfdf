package io.psconv.model.cuda;

import java.util.HashMap;
import java.util.Map;

/**
 * Weights and tables of one model on a device, each once however many programs use it.
 *
 * <p>Used by one thread at a time, which has entered the context.
 */
final class DeviceConstants implements OpenResources.Resource {
    private final OpenResources open = new OpenResources();
    private final CudaContext context;
    private final Map<DeviceBuffer.Constant, DeviceMemory> memory = new HashMap<>();

    DeviceConstants(CudaContext context) {
        this.context = context;
    }

    /** Brings what a program needs to the device, unless it is there. */
    void upload(DeviceProgram program) {
        for (DeviceBuffer buffer : program.buffers()) {
            if (buffer instanceof DeviceBuffer.Constant constant && !memory.containsKey(constant)) {
                DeviceMemory place =
                        open.add(new DeviceMemory(context, constant.size(), constant.name()));
                place.fill(constant.bytes());
                memory.put(constant, place);
            }
        }
    }

    /** Where a constant lies. */
    long address(DeviceBuffer.Constant constant) {
        DeviceMemory place = memory.get(constant);
        if (place == null) {
            throw new IllegalStateException("constant '" + constant + "' was not uploaded");
        }
        return place.address();
    }

    @Override
    public void close() {
        open.close();
    }
}
