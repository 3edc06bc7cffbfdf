package io.psconv.operator.record;

import java.io.Serializable;

/**
 * The part of every image that is classified, in pixels of the source.
 *
 * @param left first column, from 0
 * @param top first row, from 0
 * @param width columns, at least 1
 * @param height rows, at least 1
 */
public record Crop(int left, int top, int width, int height) implements Serializable {
    public Crop {
        if (left < 0 || top < 0) {
            throw new IllegalArgumentException(
                    "crop started at '" + left + "," + top + "' but both must be at least 0");
        }
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "crop was '" + width + "x" + height + "' but both must be at least 1");
        }
    }

    /** Whether an image of this size has all pixels of the rectangle. */
    public boolean within(int imageWidth, int imageHeight) {
        return width <= imageWidth - left && height <= imageHeight - top;
    }

    @Override
    public String toString() {
        return width + "x" + height + " from " + left + "," + top;
    }
}
