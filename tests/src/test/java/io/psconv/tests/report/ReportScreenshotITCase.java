package io.psconv.tests.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Takes a picture of a report, for documents:
 *
 * <pre>
 * mvn -pl tests -am verify -Dtest=NoSuch -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dit.test=ReportScreenshotITCase -Dfailsafe.failIfNoSpecifiedTests=false \
 *     -Dpsconv.report.html=report.html -Dpsconv.report.screenshot=report.png
 * </pre>
 *
 * <p>Files are named from the root of the project. {@code -Dpsconv.report.screenshot-height} says
 * how many pixels of the page there are to be, {@value #HEIGHT} if not given.
 */
@EnabledIfSystemProperty(
        named = "psconv.report.screenshot",
        matches = ".+",
        disabledReason = "nobody asked for a picture")
class ReportScreenshotITCase {
    private static final int WIDTH = 1280;
    private static final int HEIGHT = 1500;
    private static final int MOST_BYTES = 300_000;

    @Test
    void takesAPicture() throws IOException {
        Path root = Path.of(System.getProperty("psconv.root"));
        Path page = root.resolve(System.getProperty("psconv.report.html", "report.html"));
        Path picture = root.resolve(System.getProperty("psconv.report.screenshot"));
        assertThat(page).exists();

        try (Browser browser = new Browser()) {
            browser.open(page.toRealPath(), WIDTH, "light");
            int height = Integer.getInteger("psconv.report.screenshot-height", HEIGHT);
            BufferedImage image =
                    ImageIO.read(new ByteArrayInputStream(browser.screenshot(WIDTH, height)));
            // Packed better than the browser does.
            assertThat(ImageIO.write(opaque(image), "png", picture.toFile())).isTrue();
        }

        assertThat(Files.size(picture)).isBetween(10_000L, (long) MOST_BYTES);
    }

    private static BufferedImage opaque(BufferedImage image) {
        BufferedImage opaque =
                new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        opaque.createGraphics().drawImage(image, 0, 0, null);
        return opaque;
    }
}
