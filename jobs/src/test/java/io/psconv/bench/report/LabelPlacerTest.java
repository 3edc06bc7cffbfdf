package io.psconv.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LabelPlacerTest {
    @Test
    void takesTheRightSideFirst() {
        LabelPlacer placer = new LabelPlacer(new PlotArea(0, 0, 400, 300));

        assertThat(placer.place("name", 200, 150, 5))
                .isEqualTo(new LabelPlacer.Place(209, 154, Drawing.Anchor.START));
    }

    @Test
    void turnsAwayFromTheEdge() {
        LabelPlacer placer = new LabelPlacer(new PlotArea(0, 0, 400, 300));

        assertThat(placer.place("name", 390, 150, 5))
                .extracting(LabelPlacer.Place::anchor)
                .isEqualTo(Drawing.Anchor.END);
    }

    @Test
    void namesOfOnePlaceDoNotCoverEachOther() {
        LabelPlacer placer = new LabelPlacer(new PlotArea(0, 0, 400, 300));
        placer.take(new PlotArea(195, 145, 205, 155));

        int placed = 0;
        while (placed < 20 && placer.place("name", 200, 150, 5) != null) {
            placed++;
        }

        assertThat(placed).isBetween(3, 6);
    }

    @Test
    void findsNoRoomWhereThereIsNone() {
        LabelPlacer placer = new LabelPlacer(new PlotArea(0, 0, 400, 300));

        assertThat(placer.place("a name far too long for any drawing ".repeat(3), 200, 150, 5))
                .isNull();
    }
}
