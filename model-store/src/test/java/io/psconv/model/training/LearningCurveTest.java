package io.psconv.model.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class LearningCurveTest {
    @Test
    void drawsThreeCurvesWithTheLastAccuracyAbove() throws Exception {
        Document picture =
                parse(
                        LearningCurve.draw(
                                "a < b & c",
                                List.of(
                                        new EpochRecord(1, 1.7, 0.3, 0.4, 60, 0.2),
                                        new EpochRecord(2, 0.85, 0.6, Double.NaN, 60, 0.1),
                                        new EpochRecord(2.5, 0.5, 0.8, 0.75, 60, 0))));

        assertThat(picture.getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo("a < b & c: 75.00 %");
        assertThat(points(picture, 0)).hasSize(3);
        assertThat(points(picture, 2)).hasSize(2);
        // Loss 2 is the top of the left axis, epoch 2.5 the right end.
        assertThat(points(picture, 0)[2]).isEqualTo("696.0,289.0");
        assertThat(points(picture, 2)[1]).isEqualTo("696.0,139.0");
    }

    @Test
    void drawsWithoutAnyEvaluation() throws Exception {
        Document picture =
                parse(
                        LearningCurve.draw(
                                "one", List.of(new EpochRecord(1, 2, 0.1, Double.NaN, 1, 0))));
        assertThat(picture.getElementsByTagName("polyline").getLength()).isEqualTo(2);
        assertThat(picture.getElementsByTagName("title").item(0).getTextContent()).isEqualTo("one");
    }

    @ParameterizedTest
    @CsvSource({"2.5,0 0.5 1 1.5 2 2.5", "30,0 10 20 30", "7,0 2 4 6", "0.43,0 0.1 0.2 0.3 0.4"})
    void namesRoundEpochs(double epochs, String named) throws Exception {
        Document picture =
                parse(
                        LearningCurve.draw(
                                "one", List.of(new EpochRecord(epochs, 2, 0.1, 0.1, 1, 0))));
        NodeList texts = picture.getElementsByTagName("text");
        List<String> below = new ArrayList<>();
        for (int index = 0; index < texts.getLength(); index++) {
            Element text = (Element) texts.item(index);
            if (text.getAttribute("y").equals("384.0")) {
                below.add(text.getTextContent());
            }
        }
        assertThat(below).containsExactly(named.split(" "));
    }

    private static String[] points(Document picture, int curve) {
        Element line = (Element) picture.getElementsByTagName("polyline").item(curve);
        return line.getAttribute("points").strip().split(" ");
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }
}
