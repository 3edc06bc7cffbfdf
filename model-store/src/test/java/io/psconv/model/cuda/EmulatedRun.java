package io.psconv.model.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/** Runs whole programs on a {@link PtxMachine} with the module of the jar. */
final class EmulatedRun {
    private static final Map<String, PtxKernel> KERNELS = PtxParser.parse(PtxModule.portable());

    private EmulatedRun() {}

    /** A new machine with the jar's module loaded. */
    static PtxMachine machine() {
        return new PtxMachine(KERNELS);
    }

    /** The logits of a batch. */
    static float[] logits(DeviceProgram program, float[] images) {
        return logits(machine(), program, images);
    }

    static float[] logits(PtxMachine machine, DeviceProgram program, float[] images) {
        long[] buffers = new long[program.buffers().size()];
        for (int index = 0; index < buffers.length; index++) {
            DeviceBuffer buffer = program.buffers().get(index);
            buffers[index] = machine.memory().allocate(buffer.size());
            if (buffer instanceof DeviceBuffer.Constant constant) {
                machine.memory().write(buffers[index], constant.bytes());
            }
        }
        machine.memory().write(buffers[program.input()], Bytes.of(images));
        for (KernelLaunch launch : program.launches()) {
            machine.launch(launch, buffers);
        }
        int length = Math.toIntExact(program.buffers().get(program.output()).size());
        return floats(machine.memory(), buffers[program.output()], length);
    }

    /** What was written at a buffer's start, up to the first value that was not. */
    private static float[] floats(GlobalMemory memory, long address, int length) {
        int written = memory.written(address, length);
        ByteBuffer bytes =
                ByteBuffer.wrap(memory.read(address, written)).order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[written / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }
}
