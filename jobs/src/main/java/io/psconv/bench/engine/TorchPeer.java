package io.psconv.bench.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psconv.model.network.AveragePoolLayer;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Layer;
import io.psconv.model.network.MaxPoolLayer;
import io.psconv.model.network.Network;
import io.psconv.model.network.PaddedSubsampleLayer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * PyTorch as it comes from its makers, dense on an NVIDIA device: a Python process beside this one
 * that is told what to measure, line by line in JSON, so that it takes its turn in every round.
 *
 * <p>Half or single precision, channels last, batch normalization folded, the forward a CUDA graph
 * with the copies of images from pinned memory and of logits back; TensorFloat-32 is off, as our
 * single precision has none of it. DJL's PyTorch is another one, for which no GPU natives come
 * along.
 */
final class TorchPeer implements AutoCloseable {
    static final List<String> PRECISIONS = List.of("fp16", "fp32");

    private static final String PYTHON = "PSCONV_PYTHON";
    private static final String SCRIPT = "torch_peer.py";
    private static final long CLOSE_SECONDS = 10;

    private final ObjectMapper mapper = new ObjectMapper();
    private final Path script;
    private final Process process;
    private final BufferedReader answers;
    private final Writer requests;
    private int next;

    private TorchPeer(Path script, Process process) {
        this.script = script;
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.requests = process.outputWriter(StandardCharsets.UTF_8);
    }

    /**
     * Starts the Python of the environment variable {@code PSCONV_PYTHON}, or {@code python3} of
     * the path.
     *
     * @throws IOException if there is none, or it has no PyTorch that sees a device
     */
    static TorchPeer find() throws IOException {
        @Nullable String named = System.getenv(PYTHON);
        return start(named == null || named.isBlank() ? "python3" : named);
    }

    /**
     * Starts a Python.
     *
     * @throws IOException as above
     */
    static TorchPeer start(String python) throws IOException {
        Path script = Files.createTempFile("psconv-torch", ".py");
        try (InputStream content = TorchPeer.class.getResourceAsStream(SCRIPT)) {
            Files.copy(
                    Objects.requireNonNull(content, SCRIPT),
                    script,
                    StandardCopyOption.REPLACE_EXISTING);
        }
        Process process;
        try {
            process =
                    new ProcessBuilder(python, "-u", script.toString())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
        } catch (IOException e) {
            Files.deleteIfExists(script);
            throw new IOException(
                    "there is no '" + python + "'; " + PYTHON + " may name a Python with PyTorch",
                    e);
        }
        TorchPeer peer = new TorchPeer(script, process);
        try {
            var unused = peer.answer();
            return peer;
        } catch (IOException e) {
            peer.close();
            throw e;
        }
    }

    /**
     * Has a network made ready.
     *
     * @throws IOException if PyTorch cannot run it; the message says why
     */
    Contestant candidate(Subject.AtBatch what, Network network) throws IOException {
        int number = next++;
        ObjectNode request = mapper.createObjectNode();
        request.put("prepare", number);
        request.put("precision", what.subject().precision());
        request.put("batch", what.batch());
        request.set("network", describe(network));
        var unused = ask(request);
        return new TorchCandidate(this, number, what);
    }

    /**
     * Runs a prepared network.
     *
     * @return what was measured: {@code images}, {@code seconds}, {@code millis}
     */
    JsonNode run(int number, long nanos) {
        ObjectNode request = mapper.createObjectNode();
        request.put("run", number);
        request.put("seconds", nanos / 1e9);
        try {
            return ask(request);
        } catch (IOException e) {
            throw new IllegalStateException("PyTorch failed: " + e.getMessage(), e);
        }
    }

    private JsonNode ask(ObjectNode request) throws IOException {
        requests.write(mapper.writeValueAsString(request));
        requests.write('\n');
        requests.flush();
        return answer();
    }

    private JsonNode answer() throws IOException {
        @Nullable String line = answers.readLine();
        if (line == null) {
            throw new IOException("Python ended by itself; see whether it can import torch");
        }
        JsonNode answer = mapper.readTree(line);
        if (answer.has("error")) {
            throw new IOException(answer.get("error").asText());
        }
        return answer;
    }

    private ObjectNode describe(Network network) {
        ObjectNode description = mapper.createObjectNode();
        ArrayNode input = description.putArray("input");
        input.add(network.input().channels());
        input.add(network.input().height());
        input.add(network.input().width());
        description.put("source", Network.INPUT);
        ArrayNode layers = description.putArray("layers");
        for (Layer layer : network.layers()) {
            ObjectNode each = layers.addObject();
            each.put("name", layer.name());
            each.put("input", layer.input());
            describe(layer, each);
        }
        return description;
    }

    private static void describe(Layer layer, ObjectNode to) {
        if (layer instanceof ConvolutionLayer convolution) {
            to.put("kind", "convolution");
            to.put("channels", convolution.inChannels());
            to.put("filters", convolution.filters());
            to.put("kernel", convolution.kernelSize());
            to.put("stride", convolution.stride());
            to.put("residual", convolution.residual());
            to.put("relu", convolution.relu());
        } else if (layer instanceof MaxPoolLayer pool) {
            to.put("kind", "max");
            to.put("size", pool.size());
            to.put("stride", pool.stride());
            to.put("padding", pool.padding());
        } else if (layer instanceof AveragePoolLayer pool) {
            to.put("kind", "average");
            to.put("size", pool.size());
        } else if (layer instanceof PaddedSubsampleLayer subsample) {
            to.put("kind", "subsample");
            to.put("channels", subsample.channels());
            to.put("stride", subsample.stride());
        } else if (layer instanceof FullyConnectedLayer connected) {
            to.put("kind", "connected");
            to.put("inputs", connected.inputs());
            to.put("outputs", connected.outputs());
            to.put("relu", connected.relu());
        }
    }

    /** Ends the process. */
    @Override
    public void close() {
        try {
            requests.close();
            if (!process.waitFor(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(script);
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
