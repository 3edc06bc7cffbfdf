package io.psconv.model.djl;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.ParameterStore;
import io.psconv.model.export.TorchScriptFunction;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/**
 * Lays feature maps out with the channels of a pixel side by side, which convolutions prefer and
 * which all that is computed from them keeps. Shape and values stay the same.
 *
 * <p>DJL has no such call, so it is a TorchScript module; the {@link Model} must be held on to.
 */
final class ChannelsLast implements AutoCloseable {
    /** Two is {@code torch.channels_last}. */
    private static final String EXPRESSION = "torch.contiguous(input, memory_format=2)";

    private final Model module;
    private final ParameterStore none;

    ChannelsLast(Device device) {
        module = PyTorchRuntime.newModel("channels-last", device);
        none = new ParameterStore(module.getNDManager(), false);
        boolean usable = false;
        try {
            module.load(new ByteArrayInputStream(TorchScriptFunction.archive(EXPRESSION)));
            usable = true;
        } catch (IOException | MalformedModelException e) {
            throw new IllegalStateException("PyTorch refused " + EXPRESSION, e);
        } finally {
            if (!usable) {
                module.close();
            }
        }
    }

    /** What it returns belongs to the manager of {@code images}. */
    NDArray apply(NDArray images) {
        // Not in training mode it would make arrays that autograd refuses.
        return module.getBlock().forward(none, new NDList(images), true).singletonOrThrow();
    }

    @Override
    public void close() {
        module.close();
    }
}
