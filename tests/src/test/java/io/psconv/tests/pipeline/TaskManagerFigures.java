package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a task manager's process holds after a full collection of its heap. For Linux.
 *
 * @param heapBytes of live objects, without arrays of int
 * @param userClassLoaders class loaders of submissions, ended ones too, that still are
 * @param metaspaceBytes in use
 * @param threads of the process
 * @param sockets open, listening ones too
 * @param nativeBytes resident memory of the process outside its heap
 * @param meters shown at the Prometheus endpoint while the job ran
 */
record TaskManagerFigures(
        long heapBytes,
        long userClassLoaders,
        long metaspaceBytes,
        long threads,
        long sockets,
        long nativeBytes,
        long meters) {
    private static final Pattern LIVE = Pattern.compile("(?m)^ *\\d+: +\\d+ +(\\d+) +(\\S+)");

    /** A collection that leaves dead objects where they lie makes one of these of them. */
    private static final Set<String> FILLERS = Set.of("[I", "jdk.internal.vm.FillerArray");

    private static final Pattern LOADERS =
            Pattern.compile("(\\d+) +\\d+ +\\S*ChildFirstClassLoader");
    private static final Pattern METASPACE = Pattern.compile("Metaspace +used (\\d+)K");
    private static final Pattern GENERATION =
            Pattern.compile(
                    "generation .*\\[0x(\\p{XDigit}+), 0x\\p{XDigit}+, 0x(\\p{XDigit}+)\\)");
    private static final Pattern MAPPING = Pattern.compile("(\\p{XDigit}+)-\\p{XDigit}+ ");
    private static final long KIBIBYTE = 1024;

    static TaskManagerFigures of(long pid, int meters) throws Exception {
        // Counting live objects collects the heap first.
        String histogram = jcmd(pid, "GC.class_histogram");
        Matcher loaders = LOADERS.matcher(histogram);
        String heap = jcmd(pid, "GC.heap_info");
        Matcher metaspace = METASPACE.matcher(heap);
        assertThat(metaspace.find()).isTrue();
        return new TaskManagerFigures(
                heapBytes(histogram),
                loaders.find() ? Long.parseLong(loaders.group(1)) : 0,
                Long.parseLong(metaspace.group(1)) * KIBIBYTE,
                threads(pid),
                sockets(pid),
                nativeBytes(pid, heap),
                meters);
    }

    private static long heapBytes(String histogram) {
        long bytes = 0;
        Matcher live = LIVE.matcher(histogram);
        while (live.find()) {
            bytes += FILLERS.contains(live.group(2)) ? 0 : Long.parseLong(live.group(1));
        }
        assertThat(bytes).as(histogram).isPositive();
        return bytes;
    }

    /** Meters that an endpoint of this machine shows. */
    static int scrape(int port) throws IOException, InterruptedException {
        String body =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(
                                                URI.create("http://127.0.0.1:" + port + "/metrics"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body();
        return (int) body.lines().filter(line -> !line.startsWith("#")).count();
    }

    private static String jcmd(long pid, String command) throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                Long.toString(pid),
                                command)
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static long threads(long pid) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return tasks.count();
        }
    }

    /** Sums up mappings, but for those of the generations that the heap's description names. */
    private static long nativeBytes(long pid, String heap) throws IOException {
        long heapStart = Long.MAX_VALUE;
        long heapEnd = 0;
        Matcher generations = GENERATION.matcher(heap);
        while (generations.find()) {
            heapStart = Math.min(heapStart, Long.parseUnsignedLong(generations.group(1), 16));
            heapEnd = Math.max(heapEnd, Long.parseUnsignedLong(generations.group(2), 16));
        }
        assertThat(heapEnd).as(heap).isPositive();
        long bytes = 0;
        boolean inHeap = false;
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps"))) {
            Matcher mapping = MAPPING.matcher(line);
            if (mapping.lookingAt()) {
                long start = Long.parseUnsignedLong(mapping.group(1), 16);
                inHeap = start >= heapStart && start < heapEnd;
            } else if (line.startsWith("Rss:") && !inHeap) {
                bytes += Long.parseLong(line.replaceAll("\\D", "")) * KIBIBYTE;
            }
        }
        return bytes;
    }

    private static long sockets(long pid) throws IOException {
        long sockets = 0;
        try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path file : files.toList()) {
                sockets += isSocket(file) ? 1 : 0;
            }
        }
        return sockets;
    }

    private static boolean isSocket(Path file) {
        try {
            return Files.readSymbolicLink(file).toString().startsWith("socket:");
        } catch (IOException e) {
            // Closed since it was listed.
            return false;
        }
    }
}
