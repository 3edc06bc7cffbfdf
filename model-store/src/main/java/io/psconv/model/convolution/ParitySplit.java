package io.psconv.model.convolution;

import io.psconv.model.pattern.LayerSupports;

/**
 * Splits maps by the parity of rows and columns, so that a stride of 2 becomes a stride of 1.
 *
 * <p>The four parts have the size of the output; rows and columns that the input does not have stay
 * zero. Parts that no stored position reads are not made. For one thread.
 */
final class ParitySplit {
    private final int inChannels;
    private final int partsRead;
    private final FeatureMaps parts;

    ParitySplit(ConvolutionShape shape, LayerSupports supports, int maxBatch) {
        this.inChannels = shape.inChannels();
        this.partsRead = partsRead(supports);
        this.parts = new FeatureMaps(4 * inChannels, shape.outHeight(), shape.outWidth(), maxBatch);
    }

    /** Channel of the parts in which a kernel position of an input channel is found. */
    int channel(int position, int inChannel) {
        return part(position) * inChannels + inChannel;
    }

    /** Even rows and columns are read by the centre, odd ones by the kernel's edges. */
    private static int part(int position) {
        int oddRow = position / 3 == 1 ? 0 : 1;
        int oddColumn = position % 3 == 1 ? 0 : 1;
        return 2 * oddRow + oddColumn;
    }

    private static int partsRead(LayerSupports supports) {
        int read = 0;
        for (int filter = 0; filter < supports.filters(); filter++) {
            for (int channel = 0; channel < supports.inChannels(); channel++) {
                int bits = supports.supportSet(filter, channel).bits();
                for (int position = 0; position < 9; position++) {
                    read |= (bits >> position & 1) << part(position);
                }
            }
        }
        return read;
    }

    FeatureMaps split(FeatureMaps input, int batch) {
        for (int part = 0; part < 4; part++) {
            if ((partsRead >> part & 1) != 0) {
                for (int channel = 0; channel < inChannels; channel++) {
                    for (int image = 0; image < batch; image++) {
                        copy(input, image, channel, part);
                    }
                }
            }
        }
        return parts;
    }

    private void copy(FeatureMaps input, int image, int channel, int part) {
        float[] read = input.values();
        float[] written = parts.values();
        int firstColumn = part & 1;
        int columns = (input.width() - firstColumn + 1) / 2;
        for (int row = part >> 1; row < input.height(); row += 2) {
            int from = input.index(channel, image, row, firstColumn);
            int to = parts.index(part * inChannels + channel, image, row / 2, 0);
            for (int column = 0; column < columns; column++) {
                written[to + column] = read[from + 2 * column];
            }
        }
    }
}
