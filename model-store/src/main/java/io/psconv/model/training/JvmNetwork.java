package io.psconv.model.training;

import io.psconv.model.convolution.FeatureMaps;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShapes;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Layer;
import io.psconv.model.network.MaxPoolLayer;
import io.psconv.model.network.Network;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A network whose gradients this project's own loops compute. */
final class JvmNetwork implements DifferentiableNetwork {
    private final Network network;
    private final Map<String, float[]> tensors = new LinkedHashMap<>();
    private final Map<String, float[]> gradients = new LinkedHashMap<>();
    private final Map<String, Activation> activations = new LinkedHashMap<>();
    private final List<Activation> outputs = new ArrayList<>();
    private final List<TrainingStep> steps = new ArrayList<>();
    private final TrainingThreads<Workspace> threads;
    private final int slots;
    private final float[] logits;
    private final float[] upstream;

    JvmNetwork(CompressedModel start, int batch, int threads) {
        this.network = start.network();
        // Before threads begin, which nobody would end.
        network.layers().forEach(JvmNetwork::checkTrainable);
        network.layers().forEach(this::checkLast);
        network.layers().forEach(this::checkRead);
        this.slots = batch / TrainingStep.SLOT;
        this.logits = new float[batch * network.classes()];
        this.upstream = new float[logits.length];
        CompressedModel.expectedTensors(network, start.variant())
                .keySet()
                .forEach(name -> tensors.put(name, start.tensor(name).clone()));
        this.threads = new TrainingThreads<>(threads, thread -> new Workspace());
        plan(start, batch);
        for (TrainingStep step : steps) {
            gradients.putAll(step.gradients());
        }
    }

    private void plan(CompressedModel start, int batch) {
        FeatureShapes shapes = network.shapes();
        ChunkSizes chunks = new ChunkSizes(network);
        float[][] sums = new float[slots][0];
        activations.put(
                Network.INPUT,
                new Activation(network.input(), chunks.of(Network.INPUT), batch, false, false));
        for (Layer layer : network.layers()) {
            if (layer instanceof FullyConnectedLayer connected) {
                Activation input = activation(layer.input());
                input.addInputReader();
                steps.add(new ConnectedStep(connected, input, tensors, logits, upstream, slots));
                return;
            }
            boolean inputGradient = !layer.input().equals(Network.INPUT);
            Activation input = activation(layer.input());
            if (inputGradient) {
                input.addInputReader();
            }
            boolean convolves = layer instanceof ConvolutionLayer;
            Activation output =
                    new Activation(
                            shapes.of(layer.name()),
                            chunks.of(layer.name()),
                            batch,
                            convolves,
                            convolves && ((ConvolutionLayer) layer).relu());
            activations.put(layer.name(), output);
            outputs.add(output);
            steps.add(step(start, layer, input, output, inputGradient, sums));
        }
        Activation last = outputs.get(outputs.size() - 1);
        last.addInputReader();
        steps.add(new OutputStep(last, logits, upstream, slots));
    }

    private TrainingStep step(
            CompressedModel start,
            Layer layer,
            Activation input,
            Activation output,
            boolean inputGradient,
            float[][] sums) {
        if (!(layer instanceof ConvolutionLayer convolution)) {
            return new PoolingStep(layer, input, output, slots, inputGradient);
        }
        Activation residual = null;
        String added = convolution.residual();
        if (added != null) {
            residual = activation(added);
            residual.addResidualReader(output);
            output.keep();
        }
        return new ConvolutionStep(
                convolution,
                start.supports(convolution),
                input,
                residual,
                output,
                inputGradient,
                tensors,
                sums);
    }

    private static void checkTrainable(Layer layer) {
        boolean overlaps = layer instanceof MaxPoolLayer pool && !pool.isTiled();
        boolean large =
                layer instanceof ConvolutionLayer convolution && convolution.kernelSize() > 3;
        if (overlaps || large) {
            throw new IllegalArgumentException(
                    "layer '"
                            + layer.name()
                            + "' "
                            + (large ? "has kernels larger than 3×3" : "pools overlapping windows")
                            + ", which this engine does not train; train with djl-pytorch");
        }
    }

    private void checkLast(Layer layer) {
        boolean last = layer.equals(network.layers().get(network.layers().size() - 1));
        if (layer instanceof FullyConnectedLayer && !last) {
            throw new IllegalArgumentException(
                    "layer '" + layer.name() + "' is fully connected but only the last one may be");
        }
    }

    /** No gradient arrives at a layer that nobody reads. */
    private void checkRead(Layer layer) {
        boolean last = layer.equals(network.layers().get(network.layers().size() - 1));
        if (!last && network.layers().stream().noneMatch(other -> reads(other, layer.name()))) {
            throw new IllegalArgumentException(
                    "layer '" + layer.name() + "' is read by no other, so it cannot learn");
        }
    }

    private static boolean reads(Layer layer, String name) {
        return layer.input().equals(name)
                || (layer instanceof ConvolutionLayer convolution
                        && name.equals(convolution.residual()));
    }

    private Activation activation(String layer) {
        Activation found = activations.get(layer);
        if (found == null) {
            throw new IllegalArgumentException("there is no layer '" + layer + "'");
        }
        return found;
    }

    @Override
    public Network network() {
        return network;
    }

    @Override
    public Map<String, float[]> tensors() {
        return tensors;
    }

    @Override
    public float[] forward(float[] input) {
        if (input.length != slots * TrainingStep.SLOT * network.input().length()) {
            throw new IllegalArgumentException(
                    "input had "
                            + input.length
                            + " values but a batch has "
                            + slots * TrainingStep.SLOT
                            + " images of "
                            + network.input());
        }
        Activation images = activation(Network.INPUT);
        threads.run(
                images.chunks(),
                (chunk, workspace) -> {
                    FeatureMaps maps = images.raw(chunk);
                    maps.load(input, chunk * maps.images());
                });
        for (TrainingStep step : steps) {
            step.forward(threads);
        }
        return logits;
    }

    @Override
    public Map<String, float[]> backward(float[] upstream) {
        if (upstream.length != logits.length) {
            throw new IllegalArgumentException(
                    "upstream gradient had "
                            + upstream.length
                            + " values but the logits have "
                            + logits.length);
        }
        System.arraycopy(upstream, 0, this.upstream, 0, upstream.length);
        activations.values().forEach(Activation::startGradient);
        for (int step = steps.size() - 1; step >= 0; step--) {
            if (step < outputs.size() && !outputs.get(step).isFinished()) {
                finish(outputs.get(step));
            }
            steps.get(step).backward(threads);
        }
        return gradients;
    }

    private void finish(Activation output) {
        int perSlot = TrainingStep.SLOT / output.images();
        threads.run(
                slots,
                (slot, workspace) -> {
                    for (int chunk = slot * perSlot; chunk < (slot + 1) * perSlot; chunk++) {
                        output.finishGradient(chunk, workspace);
                    }
                });
    }

    @Override
    public void close() {
        threads.close();
    }
}
