package io.psconv.operator.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.psconv.operator.record.Crop;
import org.junit.jupiter.api.Test;

class DecodeOptionsTest {
    @Test
    void limitsHaveLimits() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DecodeLimits(0, 1))
                .withMessage("maximum of pixels was '0' but it must be between 1 and 268435456");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DecodeLimits(268_435_457, 1))
                .withMessage(
                        "maximum of pixels was '268435457' but it must be between 1 and 268435456");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DecodeLimits(1, 0))
                .withMessage("maximum of bytes was '0' but it must be at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DecodeLimits(1, 1, 257))
                .withMessage("maximum of scans was '257' but it must be between 1 and 256");
    }

    @Test
    void cropHasAPlaceAndASize() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Crop(-1, 0, 1, 1))
                .withMessage("crop started at '-1,0' but both must be at least 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Crop(0, 0, 1, 0))
                .withMessage("crop was '1x0' but both must be at least 1");
    }

    @Test
    void cropIsWithinImagesThatReachItsLastPixel() {
        Crop crop = new Crop(2, 3, 4, 5);

        assertThat(crop.within(6, 8)).isTrue();
        assertThat(crop.within(5, 8)).isFalse();
        assertThat(crop.within(6, 7)).isFalse();
        assertThat(new Crop(Integer.MAX_VALUE, 0, Integer.MAX_VALUE, 1).within(10, 10)).isFalse();
    }
}
