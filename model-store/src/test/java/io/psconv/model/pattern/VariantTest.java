package io.psconv.model.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected tables: psconv's published scripts, and for the rest the conventions of the README. */
class VariantTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PS4_P4   | 4578 0134 1245 3467",
                "PS2_P6   | 78 01 12 34 45 67",
                "PS1_P9   | 8 0 1 2 3 4 5 6 7",
                "PSD4_P8  | 012345678 0134 1245 3467 4578 0134 1245 3467",
                "PSD4_P16 | 012345678 0134 1245 3467 4578 0134 1245 3467 4578 0134 1245 3467 4578"
                        + " 0134 1245 3467",
                "PSD2_P8  | 012345678 01 12 34 45 67 78 01",
                "PSD2_P16 | 012345678 01 12 34 45 67 78 01 12 34 45 67 78 01 12 34",
                "PSD1_P8  | 012345678 0 1 2 3 4 5 6",
                "PSD1_P16 | 012345678 0 1 2 3 4 5 6 7 8 0 1 2 3 4 5"
            })
    void followsThePublishedTable(String name, String phases) {
        SupportPattern pattern = Variant.of(name).pattern().orElseThrow();

        String[] expected = phases.split(" ");
        assertThat(pattern.period()).isEqualTo(expected.length);
        for (int phase = 0; phase < expected.length; phase++) {
            int[] positions = expected[phase].chars().map(digit -> digit - '0').toArray();
            assertThat(pattern.table().get(phase))
                    .as("phase %d", phase)
                    .isEqualTo(SupportSet.of(positions));
        }
    }

    @Test
    void advancesThePhaseByOnePerFilterAndChannel() {
        SupportPattern pattern = Variant.of("PS4_P4").pattern().orElseThrow();

        assertThat(pattern.phase(0, 0)).isEqualTo(1);
        assertThat(pattern.phase(0, 3)).isZero();
        assertThat(pattern.phase(3, 0)).isZero();
        assertThat(pattern.phase(5, 6)).isZero();
    }

    @Test
    void advancesThePhaseOncePerFilterBlock() {
        SupportPattern pattern = Variant.of("PSD1_P16_B16").pattern().orElseThrow();

        assertThat(pattern.phase(15, 0)).isEqualTo(1);
        assertThat(pattern.phase(16, 0)).isEqualTo(2);
        assertThat(Variant.of("PSD1_P16_Ball").pattern().orElseThrow().phase(511, 2)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PS4_P4", "PS2_P6", "PS1_P9", "PSD1_P16", "PSD2_P8_B16", "pSC2_S7"})
    void storesEquallyManyValuesInEveryFilter(String name) {
        LayerSupports supports = Variant.of(name).over(3, 64, 48);

        for (int filter = 0; filter < 64; filter++) {
            int stored = 0;
            for (int channel = 0; channel < 48; channel++) {
                stored += supports.supportSet(filter, channel).kernelSupportSize();
            }
            assertThat(stored).as("filter %d", filter).isEqualTo(supports.valuesPerFilter());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dense", "PS2_P6", "PSD1_P16", "PSD2_P8_B16", "PS1_P9_Ball"})
    void givesFiltersOfOneListTheSameSupports(String name) {
        LayerSupports supports = Variant.of(name).over(0, 70, 48);

        Set<Integer> lists = new HashSet<>();
        for (int filter = 0; filter < 70; filter++) {
            lists.add(supports.supportList(filter));
            for (int other = 0; other < filter; other++) {
                boolean same = true;
                for (int channel = 0; channel < 48; channel++) {
                    same &=
                            supports.supportSet(filter, channel)
                                    .equals(supports.supportSet(other, channel));
                }
                boolean sameList = supports.supportList(filter) == supports.supportList(other);
                assertThat(same).as("filters %d and %d", filter, other).isEqualTo(sameList);
            }
        }
        assertThat(lists).hasSize(supports.supportLists());
    }

    @Test
    void drawsTheSameRandomSupportsFromTheSameSeed() {
        LayerSupports one = Variant.of("pSC4_S3").over(2, 16, 16);
        LayerSupports same = Variant.of("pSC4_S3").over(2, 16, 16);
        LayerSupports otherSeed = Variant.of("pSC4_S4").over(2, 16, 16);
        LayerSupports otherLayer = Variant.of("pSC4_S3").over(3, 16, 16);

        assertThat(bits(one)).isEqualTo(bits(same));
        assertThat(bits(one)).isNotEqualTo(bits(otherSeed)).isNotEqualTo(bits(otherLayer));
    }

    @Test
    void drawsEveryPositionAboutEquallyOften() {
        LayerSupports supports = Variant.of("pSC1_S1").over(0, 100, 90);

        int[] drawn = new int[9];
        for (int filter = 0; filter < 100; filter++) {
            for (int channel = 0; channel < 90; channel++) {
                drawn[Integer.numberOfTrailingZeros(supports.supportSet(filter, channel).bits())]++;
            }
        }
        // 9,000 draws over nine positions: mean 1,000, standard deviation 30; six of those.
        assertThat(Arrays.stream(drawn).boxed().toList())
                .allSatisfy(count -> assertThat(count).isBetween(820, 1180));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"PS3_P4", "psd1_p16", "PSD1_P16_B", "PSD1_P16_S3", "pSC2_B4", "", "_B2"})
    void refusesUnknownNames(String name) {
        assertThatThrownBy(() -> Variant.of(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "variant was '" + name + "' but it must be one of [dense, ");
    }

    @Test
    void refusesLayersWhoseFiltersWouldDiffer() {
        assertThatThrownBy(() -> Variant.of("PSD1_P16").over(0, 64, 40))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("period was '16'")
                .hasMessageContaining("40 input channels");
    }

    @Test
    void refusesFilterBlockZero() {
        assertThatThrownBy(() -> Variant.of("PS4_P4_B0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("filterBlock was '0' but it must be at least 1");
    }

    @Test
    void refusesSupportSetsOutsideTheKernel() {
        assertThatThrownBy(() -> SupportSet.of(9))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("kernel position was '9' but it must be between 0 and 8");
        assertThatThrownBy(() -> new SupportSet(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SupportSet(512)).isInstanceOf(IllegalArgumentException.class);
    }

    private static int[] bits(LayerSupports supports) {
        int[] bits = new int[supports.filters() * supports.inChannels()];
        for (int kernel = 0; kernel < bits.length; kernel++) {
            bits[kernel] =
                    supports.supportSet(
                                    kernel / supports.inChannels(), kernel % supports.inChannels())
                            .bits();
        }
        return bits;
    }
}
