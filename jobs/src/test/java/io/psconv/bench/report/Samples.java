package io.psconv.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** The made-up runs of the test resources, and cells of given figures. */
final class Samples {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Samples() {}

    static PipelineResults results() throws IOException {
        return changed(root -> {});
    }

    static PipelineResults baseline() throws IOException {
        return ResultsFile.parse(bytes("baseline.json"));
    }

    /** The run with something else in it. */
    static PipelineResults changed(Consumer<ObjectNode> change) throws IOException {
        return ResultsFile.parse(changedJson(change));
    }

    static byte[] changedJson(Consumer<ObjectNode> change) throws IOException {
        ObjectNode root = (ObjectNode) MAPPER.readTree(bytes("results.json"));
        change.accept(root);
        return MAPPER.writeValueAsBytes(root);
    }

    /** A cell of the run, to change. */
    static ObjectNode cell(ObjectNode root, int index) {
        return (ObjectNode) root.withArray("cells").get(index);
    }

    /** A cell at parallelism 1 with 8 cameras, of {@code fps} ± {@code spread} frames/s. */
    static ResultCell cell(String model, String variant, String engine, double fps, double spread) {
        return new ResultCell(
                model,
                variant,
                engine,
                1,
                8,
                fps,
                fps - spread,
                fps + spread,
                new CpuMicros(1_000.0, 50.0, 20.0, 180.0, 1_250.0),
                null,
                null,
                null,
                0.7 * fps,
                new LatencyMillis(500, 900, 1_000, 1_100),
                null,
                null,
                null,
                null,
                null,
                null,
                1_000,
                null,
                null,
                List.of(),
                null);
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream stream = Samples.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(stream, name).readAllBytes();
        }
    }
}
