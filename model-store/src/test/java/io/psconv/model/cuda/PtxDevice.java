package io.psconv.model.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The checked-in kernels on a {@link PtxMachine}, as the work of an {@link EmulatedDriver}. */
final class PtxDevice implements EmulatedDriver.Device {
    private static final Map<String, PtxKernel> KERNELS = PtxParser.parse(PtxModule.portable());

    private final PtxMachine machine = EmulatedRun.machine();
    private final Map<String, Integer> launches = new HashMap<>();

    /** Launches of a kernel so far. */
    Map<String, Integer> launches() {
        return launches;
    }

    @Override
    public long allocate(long bytes) {
        return machine.memory().allocate(bytes);
    }

    @Override
    public void free(long address) {
        machine.memory().free(address);
    }

    @Override
    public void write(long address, byte[] bytes) {
        machine.memory().write(address, bytes);
    }

    @Override
    public byte[] read(long address, int length) {
        return machine.memory().read(address, length);
    }

    @Override
    public @Nullable List<Integer> parameterBytes(String kernel) {
        PtxKernel found = KERNELS.get(kernel);
        return found == null
                ? null
                : found.parameters().stream()
                        .map(type -> type.endsWith("64") ? Long.BYTES : Integer.BYTES)
                        .toList();
    }

    @Override
    public int run(EmulatedDriver.Launched launch, List<byte[]> parameters) {
        launches.merge(launch.kernel(), 1, Integer::sum);
        List<KernelArgument> arguments = new ArrayList<>();
        long[] addresses = new long[parameters.size()];
        for (int index = 0; index < addresses.length; index++) {
            ByteBuffer value =
                    ByteBuffer.wrap(parameters.get(index)).order(ByteOrder.LITTLE_ENDIAN);
            if (value.capacity() == Long.BYTES) {
                addresses[index] = value.getLong(0);
                arguments.add(new KernelArgument.Buffer(index, 0));
            } else {
                // The bits of a single precision number likewise.
                arguments.add(new KernelArgument.Int32(value.getInt(0)));
            }
        }
        machine.launch(
                new KernelLaunch(
                        launch.kernel(),
                        launch.gridX(),
                        launch.gridY(),
                        launch.gridZ(),
                        launch.blockX(),
                        launch.sharedBytes(),
                        arguments),
                addresses);
        return CudaResult.SUCCESS;
    }
}
