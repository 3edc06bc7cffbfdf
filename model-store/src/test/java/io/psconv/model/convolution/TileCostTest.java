package io.psconv.model.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.psconv.model.pattern.Variant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TileCostTest {
    /** Channels whose pixels no first-level cache holds, even for a narrow tile. */
    private static final int MANY = 4096;

    private static final Offset<Double> EXACT = Offset.offset(1e-12);

    /** As with AVX2. */
    private static final TileCost FEW_REGISTERS = new FewRegistersCost(8);

    /** As with AVX-512. */
    private static final TileCost MANY_REGISTERS = new ManyRegistersCost(16);

    private static final List<TileCost> COSTS =
            List.of(FEW_REGISTERS, MANY_REGISTERS, new ManyRegistersCost(4));

    @Test
    void pixelsOfFewChannelsAreNear() {
        assertThat(farShare("PS1_P9", new ConvolutionShape(3, 32, 32, 64, 1))).isZero();
    }

    @Test
    void aCentreAloneNeedsNoRowsAroundIt() {
        ConvolutionShape shape = new ConvolutionShape(64, 32, 32, 64, 1);
        TapList centres = new TapList(new int[] {0, 1, 2}, new int[] {4, 4, 4});

        for (TileCost cost : COSTS) {
            assertThat(cost.farShare(shape, new TapList[] {centres})).isZero();
        }
        assertThat(centres.readsNeighbours()).isFalse();
    }

    /** Of nine values of a dense kernel three begin a row, a single value always does. */
    @Test
    void farAreTheFirstValuesOfRows() {
        ConvolutionShape shape = new ConvolutionShape(MANY, 16, 16, 16, 1);

        assertThat(farShare("dense", shape)).isEqualTo(3 / 9.0, EXACT);
        assertThat(farShare("PS1_P9", shape)).isEqualTo(1, EXACT);
        // One dense kernel in sixteen, the others with a single value.
        assertThat(farShare("PSD1_P16", shape)).isEqualTo((15 + 3) / (15 + 9.0), EXACT);
    }

    /** There a row's middle column lies apart from the others. */
    @Test
    void withStrideTwoARowIsReadInTwoRuns() {
        ConvolutionShape shape = new ConvolutionShape(MANY, 16, 16, 16, 2);

        assertThat(farShare("dense", shape)).isEqualTo(6 / 9.0, EXACT);
        assertThat(farShare("PS1_P9", shape)).isEqualTo(1, EXACT);
        assertThat(farShare("PSD1_P16", shape)).isEqualTo((15 + 6) / (15 + 9.0), EXACT);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 14, 15, 21, 22, 32, 64, 171})
    void groupsTakeInAllFilters(int filters) {
        for (int channels : new int[] {3, 128, MANY}) {
            for (int side : new int[] {1, 2, 4, 16, 32}) {
                ConvolutionShape shape = new ConvolutionShape(channels, side, side, filters, 1);
                for (TileCost cost : COSTS) {
                    List<Integer> groups = groups(cost, filters, shape);
                    int sum = groups.stream().mapToInt(Integer::intValue).sum();

                    assertThat(sum).isGreaterThanOrEqualTo(filters);
                    assertThat(sum - groups.get(groups.size() - 1)).isLessThan(filters);
                }
            }
        }
    }

    /** There a narrow tile takes nearly as long as one of four filters. */
    @ParameterizedTest
    @ValueSource(ints = {14, 21})
    void withManyRegistersNoFarFilterIsLeftToANarrowTile(int filters) {
        ConvolutionShape shape = new ConvolutionShape(MANY, 16, 16, filters, 1);

        assertThat(groups(MANY_REGISTERS, filters, shape))
                .allSatisfy(group -> assertThat(group).isGreaterThanOrEqualTo(4));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 14, 16, 28, 32})
    void tilesOfARowMakeItUpForAllFilters(int vectors) {
        for (int filters = 1; filters <= 40; filters++) {
            for (TileCost cost : COSTS) {
                RowTiles tiles = cost.rowTiles(new int[] {filters, 3}, vectors);
                List<Integer> groups = tiles.groups(filters);

                assertThat(groups.stream().mapToInt(Integer::intValue).sum())
                        .isGreaterThanOrEqualTo(filters);
                for (int group : groups) {
                    assertThat(Arrays.stream(tiles.vectors(group)).sum()).isEqualTo(vectors);
                }
            }
        }
    }

    /** Two sums of a filter alone wait for each other. */
    @Test
    void withFewRegistersAFilterLeftOverGetsLongTiles() {
        RowTiles tiles = FEW_REGISTERS.rowTiles(new int[] {7}, 16);

        assertThat(tiles.groups(7)).containsExactly(6, 1);
        assertThat(tiles.vectors(6)).containsOnly(2);
        assertThat(tiles.vectors(1)).containsExactly(8, 8);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 9, 15, 16, 33, 132})
    void tilesOfAllGroupsFollowOneAnother(int vectors) {
        for (TileCost cost : COSTS) {
            List<Integer> groups = new ArrayList<>();
            for (int filters = 1; filters <= 40; filters++) {
                ConvolutionShape shape = new ConvolutionShape(64, 32, 32, filters, 1);
                groups.addAll(groups(cost, filters, shape));
            }
            checkTilesFollowOneAnother(cost.beginnings(vectors, groups), vectors, groups);
        }
    }

    private static void checkTilesFollowOneAnother(
            List<TileCost.Beginning> beginnings, int vectors, List<Integer> groups) {
        for (int filters : groups) {
            int next = 0;
            for (TileCost.Beginning beginning : beginnings) {
                int taken = beginning.vectors()[filters];
                if (taken > 0) {
                    assertThat(beginning.vector()).isEqualTo(next);
                    assertThat(taken).as("there is no tile of seven vectors").isNotEqualTo(7);
                    next += taken;
                }
            }
            assertThat(next).isEqualTo(vectors);
        }
    }

    @Test
    void withManyRegistersOneFilterAloneHasEightVectors() {
        List<TileCost.Beginning> beginnings = MANY_REGISTERS.beginnings(16, List.of(1, 1));

        assertThat(beginnings).extracting(begun -> begun.vectors()[1]).containsExactly(8, 8);
    }

    @Test
    void withFewRegistersAFilterLeftOverGetsLongTilesInAnImage() {
        ConvolutionShape shape = new ConvolutionShape(64, 32, 32, 7, 1);
        List<Integer> groups = groups(FEW_REGISTERS, 7, shape);
        List<TileCost.Beginning> beginnings = FEW_REGISTERS.beginnings(16, groups);

        assertThat(groups).containsExactly(6, 1);
        assertThat(beginnings)
                .extracting(TileCost.Beginning::vector)
                .containsExactly(0, 2, 4, 6, 8, 10, 12, 14);
        assertThat(beginnings).extracting(begun -> begun.vectors()[6]).containsOnly(2);
        assertThat(beginnings)
                .extracting(begun -> begun.vectors()[1])
                .containsExactly(8, 0, 0, 0, 8, 0, 0, 0);
    }

    /** Positions are whole lines, so that two vectors are there even then. */
    @Test
    void withFewRegistersSmallMapsDoNotRepeatFiltersToFillATile() {
        ConvolutionShape shape = new ConvolutionShape(512, 2, 2, 8, 1);

        for (int filters : new int[] {2, 4, 6, 8, 10, 12}) {
            List<Integer> groups = groups(FEW_REGISTERS, filters, shape);

            assertThat(groups.stream().mapToInt(Integer::intValue).sum()).isEqualTo(filters);
        }
    }

    /** A tap's weights start at a multiple of a power of two, so that shifting finds them. */
    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 4", "4, 4", "5, 8", "6, 8", "7, 8", "8, 8"})
    void weightsOfATapFillAPowerOfTwo(int filters, int stride) {
        assumeFalse(VectorTiles.MANY_REGISTERS, "there weights lie one behind the other");
        assertThat(FilterGroup.stride(filters)).isEqualTo(stride);
    }

    @Test
    void weightsOfManyFiltersAreNotPadded() {
        assertThat(FilterGroup.stride(24)).isEqualTo(24);
    }

    private static List<Integer> groups(TileCost cost, int filters, ConvolutionShape shape) {
        TapList[] lists = lists("PS1_P9", shape.inChannels());
        return cost.tiles(new int[] {filters}, shape, lists).groups(filters);
    }

    /** The same for each number of registers. */
    private static double farShare(String variant, ConvolutionShape shape) {
        TapList[] lists = lists(variant, shape.inChannels());
        double share = FEW_REGISTERS.farShare(shape, lists);
        assertThat(MANY_REGISTERS.farShare(shape, lists)).isEqualTo(share);
        return share;
    }

    /** Of a filter for each phase, where the channels are whole periods. */
    private static TapList[] lists(String variant, int channels) {
        return TapList.of(Variant.of(variant).over(1, 144, channels));
    }
}
