package io.psconv.model.convolution;

/** What lies around the pixels of feature maps. */
final class Borders {
    private Borders() {}

    /**
     * Whether what a 3×3 kernel reads outside of an image is zero: rows that touch have no columns
     * there, interleaved maps no rows.
     */
    static boolean areZero(FeatureMaps maps) {
        int columns = maps.bordered() ? 1 : 0;
        int rows = maps.layout().interleaves() ? 0 : 1;
        for (int channel = 0; channel < maps.channels(); channel++) {
            for (int image = 0; image < maps.images(); image++) {
                for (int row = -rows; row < maps.height() + rows; row++) {
                    for (int column = -columns; column < maps.width() + columns; column++) {
                        boolean inside =
                                row >= 0
                                        && row < maps.height()
                                        && column >= 0
                                        && column < maps.width();
                        float value = maps.values()[maps.index(channel, image, row, column)];
                        if (!inside && value != 0) {
                            return false;
                        }
                    }
                }
            }
        }
        return true;
    }
}
