package io.psconv.model.convolution;

import io.psconv.model.pattern.LayerSupports;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The gradient of a convolution by its input, as convolutions of the upstream gradient.
 *
 * <p>With stride 1 it is one convolution with input channels and filters exchanged and kernels
 * turned by half: {@code dx[i][u] = Σ dy[o][u + 1 - k] w[o][i][k]}. With stride 2 each parity of
 * row and column has its own, between maps of the output's size: even rows meet the kernel's middle
 * row alone, odd ones the other two.
 */
final class InputGradient {
    /**
     * One of those convolutions.
     *
     * @param rowParity of the input's rows that it makes, zero with stride 1
     * @param filters one for each input channel
     */
    record Part(
            int rowParity,
            int columnParity,
            ConvolutionShape shape,
            TapList[] lists,
            TrainedFilters filters) {
        /** Whether nothing of the upstream gradient arrives here. */
        boolean isZero() {
            for (TapList list : lists) {
                if (list.length() > 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private InputGradient() {}

    static List<Part> parts(ConvolutionShape shape, LayerSupports supports) {
        List<Part> parts = new ArrayList<>();
        int parities = shape.stride();
        for (int row = 0; row < parities; row++) {
            for (int column = 0; column < parities; column++) {
                parts.add(part(shape, supports, row, column));
            }
        }
        return List.copyOf(parts);
    }

    private static Part part(
            ConvolutionShape shape, LayerSupports supports, int rowParity, int columnParity) {
        int channels = shape.inChannels();
        IntList[] read = new IntList[channels];
        IntList[] positions = new IntList[channels];
        IntList[] values = new IntList[channels];
        for (int channel = 0; channel < channels; channel++) {
            read[channel] = new IntList();
            positions[channel] = new IntList();
            values[channel] = new IntList();
        }
        int value = 0;
        for (int filter = 0; filter < shape.filters(); filter++) {
            for (int channel = 0; channel < channels; channel++) {
                int bits = supports.supportSet(filter, channel).bits();
                for (int tap = 0; tap < 9; tap++) {
                    if ((bits >> tap & 1) == 0) {
                        continue;
                    }
                    int row = place(shape.stride(), rowParity, tap / 3);
                    int column = place(shape.stride(), columnParity, tap % 3);
                    if (row >= 0 && column >= 0) {
                        read[channel].add(filter);
                        positions[channel].add(3 * row + column);
                        values[channel].add(value);
                    }
                    value++;
                }
            }
        }
        Map<List<IntBuffer>, Integer> numbers = new HashMap<>();
        List<TapList> lists = new ArrayList<>();
        int[] listByChannel = new int[channels];
        int[][] sources = new int[channels][];
        for (int channel = 0; channel < channels; channel++) {
            int[] filters = read[channel].toArray();
            int[] taps = positions[channel].toArray();
            List<IntBuffer> key = List.of(IntBuffer.wrap(filters), IntBuffer.wrap(taps));
            listByChannel[channel] =
                    numbers.computeIfAbsent(
                            key,
                            fresh -> {
                                lists.add(new TapList(filters, taps));
                                return lists.size() - 1;
                            });
            sources[channel] = values[channel].toArray();
        }
        ConvolutionShape own =
                new ConvolutionShape(
                        /* inChannels= */ shape.filters(),
                        shape.outHeight(),
                        shape.outWidth(),
                        /* filters= */ channels,
                        1);
        TapList[] taps = lists.toArray(new TapList[0]);
        return new Part(
                rowParity,
                columnParity,
                own,
                taps,
                new TrainedFilters(own, taps, listByChannel, sources));
    }

    /**
     * Row (or column) of the 3×3 window over the upstream gradient that a kernel's row reads.
     *
     * @return -1 where the kernel's row does not meet this parity
     */
    private static int place(int stride, int parity, int row) {
        if (stride == 1) {
            return 2 - row;
        }
        if (parity == 0) {
            return row == 1 ? 1 : -1;
        }
        return switch (row) {
            case 0 -> 2;
            case 2 -> 1;
            default -> -1;
        };
    }

    /** A growing list of numbers. */
    private static final class IntList {
        private int[] numbers = new int[16];
        private int length;

        void add(int number) {
            if (length == numbers.length) {
                numbers = java.util.Arrays.copyOf(numbers, 2 * length);
            }
            numbers[length++] = number;
        }

        int[] toArray() {
            return java.util.Arrays.copyOf(numbers, length);
        }
    }
}
