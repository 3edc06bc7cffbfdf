package io.psconv.model.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A network of two kernels that is quickly computed: images are scaled, then multiplied with a
 * matrix. Stands in where it does not matter what a network computes.
 */
final class LinearKernels implements EmulatedDriver.Device {
    static final String PTX = ".version 7.4\n.target sm_80\n.address_size 64\n";

    private static final Map<String, List<Integer>> PARAMETERS =
            Map.of("scale", List.of(8, 8, 4, 4), "multiply", List.of(8, 8, 8, 4, 4, 4));

    private final TreeMap<Long, byte[]> memory = new TreeMap<>();
    private long nextAddress = 0x7f00_0000_0000L;
    private int brokenLaunch = -1;
    private int brokenCode;
    private int runs;

    /** Has a launch break the device. */
    void breakLaunch(int launch, int code) {
        brokenLaunch = launch;
        brokenCode = code;
    }

    int runs() {
        return runs;
    }

    @Override
    public @Nullable List<Integer> parameterBytes(String kernel) {
        return PARAMETERS.get(kernel);
    }

    @Override
    public int run(EmulatedDriver.Launched launch, List<byte[]> parameters) {
        if (runs++ == brokenLaunch) {
            return brokenCode;
        }
        if (launch.kernel().equals("scale")) {
            return scale(parameters);
        }
        return multiply(parameters);
    }

    private int scale(List<byte[]> parameters) {
        ByteBuffer from = at(parameters.get(0));
        ByteBuffer to = at(parameters.get(1));
        int count = number(parameters.get(2)).getInt(0);
        float factor = number(parameters.get(3)).getFloat(0);
        for (int index = 0; index < count; index++) {
            to.putFloat(4 * index, from.getFloat(4 * index) * factor);
        }
        return 0;
    }

    private int multiply(List<byte[]> parameters) {
        ByteBuffer from = at(parameters.get(0));
        ByteBuffer weights = at(parameters.get(1));
        ByteBuffer to = at(parameters.get(2));
        int images = number(parameters.get(3)).getInt(0);
        int length = number(parameters.get(4)).getInt(0);
        int classes = number(parameters.get(5)).getInt(0);
        for (int image = 0; image < images; image++) {
            for (int label = 0; label < classes; label++) {
                float sum = 0;
                for (int index = 0; index < length; index++) {
                    sum +=
                            from.getFloat(4 * (image * length + index))
                                    * weights.getFloat(4 * (index % 64 * classes + label));
                }
                to.putFloat(4 * (image * classes + label), sum);
            }
        }
        return 0;
    }

    private static ByteBuffer number(byte[] parameter) {
        return ByteBuffer.wrap(parameter).order(ByteOrder.LITTLE_ENDIAN);
    }

    private ByteBuffer at(byte[] parameter) {
        return at(number(parameter).getLong(0));
    }

    private ByteBuffer at(long address) {
        Map.Entry<Long, byte[]> found = memory.floorEntry(address);
        if (found == null || address >= found.getKey() + found.getValue().length) {
            throw new IllegalArgumentException("no memory at " + address);
        }
        int offset = (int) (address - found.getKey());
        return ByteBuffer.wrap(found.getValue(), offset, found.getValue().length - offset)
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public long allocate(long bytes) {
        byte[] content = new byte[(int) bytes];
        // Whatever was there before.
        Arrays.fill(content, (byte) 0xff);
        long address = nextAddress;
        memory.put(address, content);
        // What lies between allocations belongs to nobody.
        nextAddress += (bytes / 256 + 2) * 256;
        return address;
    }

    @Override
    public void free(long address) {
        memory.remove(address);
    }

    @Override
    public void write(long address, byte[] bytes) {
        at(address).put(bytes);
    }

    @Override
    public byte[] read(long address, int length) {
        byte[] bytes = new byte[length];
        at(address).get(bytes);
        return bytes;
    }

    /** Programs of a network with random weights. */
    static final class Programs implements NetworkPrograms {
        private static final float FACTOR = 0.5f;

        private final int length;
        private final int classes;
        private final float[] weights;
        private final DeviceBuffer.Constant constant;

        Programs(int length, int classes, long seed) {
            this.length = length;
            this.classes = classes;
            this.weights = new float[64 * classes];
            Random random = new Random(seed);
            ByteBuffer bytes =
                    ByteBuffer.allocate(4 * weights.length).order(ByteOrder.LITTLE_ENDIAN);
            for (int index = 0; index < weights.length; index++) {
                weights[index] = (float) random.nextGaussian();
                bytes.putFloat(weights[index]);
            }
            this.constant = new DeviceBuffer.Constant("matrix", bytes.array());
        }

        @Override
        public DeviceProgram forImages(int images) {
            List<KernelArgument> scale = new ArrayList<>();
            scale.add(new KernelArgument.Buffer(1, 0));
            scale.add(new KernelArgument.Buffer(2, 256));
            scale.add(new KernelArgument.Int32(images * length));
            scale.add(new KernelArgument.Float32(FACTOR));
            List<KernelArgument> multiply = new ArrayList<>();
            multiply.add(new KernelArgument.Buffer(2, 256));
            multiply.add(new KernelArgument.Buffer(0, 0));
            multiply.add(new KernelArgument.Buffer(3, 0));
            multiply.add(new KernelArgument.Int32(images));
            multiply.add(new KernelArgument.Int32(length));
            multiply.add(new KernelArgument.Int32(classes));
            return new DeviceProgram(
                    images,
                    List.of(
                            constant,
                            scratch(4L * images * length),
                            scratch(4L * images * length + 256),
                            scratch(4L * images * classes)),
                    1,
                    3,
                    List.of(
                            new KernelLaunch("scale", images, 1, 1, 32, 0, scale),
                            new KernelLaunch("multiply", images, 1, 1, 32, 100_000, multiply)));
        }

        @Override
        public ProgramCost cost(int images) {
            return new ProgramCost(1, 1_000_000L * images, 500_000, 2);
        }

        private static DeviceBuffer.Scratch scratch(long bytes) {
            return new DeviceBuffer.Scratch((bytes + 255) / 256 * 256);
        }

        /** What the kernels compute, by themselves. */
        float[] expected(float[] images, int count) {
            float[] logits = new float[count * classes];
            for (int image = 0; image < count; image++) {
                for (int label = 0; label < classes; label++) {
                    float sum = 0;
                    for (int index = 0; index < length; index++) {
                        sum +=
                                images[image * length + index]
                                        * FACTOR
                                        * weights[index % 64 * classes + label];
                    }
                    logits[image * classes + label] = sum;
                }
            }
            return logits;
        }
    }
}
