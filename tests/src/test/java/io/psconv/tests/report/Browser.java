package io.psconv.tests.report;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** A headless Chromium of this machine, with a profile of its own that is removed again. */
final class Browser implements AutoCloseable {
    private static final List<String> BROWSERS =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
    private static final String DRIVER = "chromedriver";

    /** It warns of every Chromium newer than its own typed commands, of which none is used. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    static {
        SELENIUM.setLevel(Level.SEVERE);
    }

    private final Path profile;
    private final ChromeDriver driver;

    Browser() throws IOException {
        profile = Files.createTempDirectory("psconv-browser-");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(found(BROWSERS).orElseThrow());
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--user-data-dir=" + profile);
        // Named, or Selenium would go and look for one in the network.
        ChromeDriverService service =
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(found(List.of(DRIVER)).orElseThrow())
                        .usingAnyFreePort()
                        .build();
        driver = new ChromeDriver(service, options);
    }

    /** What this machine lacks, or nothing. */
    static Optional<String> missing() {
        List<String> missing = new ArrayList<>();
        if (found(BROWSERS).isEmpty()) {
            missing.add("chromium");
        }
        if (found(List.of(DRIVER)).isEmpty()) {
            missing.add("chromium-driver");
        }
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "no "
                                + String.join(" and no ", missing)
                                + " here; Debian: apt-get install chromium chromium-driver");
    }

    private static Optional<File> found(List<String> names) {
        return names.stream()
                .flatMap(
                        name ->
                                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                                        .map(folder -> new File(folder, name)))
                .filter(File::canExecute)
                .findFirst();
    }

    /** Shows a file in a window of a width, for one who prefers {@code light} or {@code dark}. */
    void open(Path page, int width, String theme) {
        look(width, "screen", theme);
        driver.get(page.toUri().toString());
    }

    /** Lays the page out anew, for {@code screen} or {@code print}. */
    void look(int width, String medium, String theme) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "media",
                        medium,
                        "features",
                        List.of(Map.of("name", "prefers-color-scheme", "value", theme))));
    }

    /** Runs a function's body in the page. */
    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** Runs a function's body that returns strings. */
    List<String> strings(String script, Object... arguments) {
        return ((List<?>) run(script, arguments)).stream().map(String::valueOf).toList();
    }

    long number(String script, Object... arguments) {
        return ((Number) run(script, arguments)).longValue();
    }

    /** A PNG of the page's upper {@code height} pixels, or of all where it is lower. */
    byte[] screenshot(int width, int height) {
        long whole = number("return document.documentElement.scrollHeight");
        Map<String, Object> picture =
                driver.executeCdpCommand(
                        "Page.captureScreenshot",
                        Map.of(
                                "format",
                                "png",
                                "captureBeyondViewport",
                                true,
                                "clip",
                                Map.of(
                                        "x",
                                        0,
                                        "y",
                                        0,
                                        "width",
                                        width,
                                        "height",
                                        Math.min(height, whole),
                                        "scale",
                                        1)));
        return Base64.getDecoder().decode((String) picture.get("data"));
    }

    @Override
    public void close() throws IOException {
        driver.quit();
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(Comparator.reverseOrder()).forEach(Browser::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
