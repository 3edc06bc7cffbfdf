package io.psconv.model.export;

import io.psconv.model.export.DenseWeights.WeightsAndBias;
import io.psconv.model.export.GroupedConvolution.Part;
import io.psconv.model.export.GroupedConvolution.Window;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.AveragePoolLayer;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Layer;
import io.psconv.model.network.MaxPoolLayer;
import io.psconv.model.network.Network;
import io.psconv.model.network.PaddedSubsampleLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A network as the source of a TorchScript module, and the parameters of that module.
 *
 * <p>Parameters are called as in the model file, with an underscore for every full stop.
 */
final class TorchScriptCode {
    /** Name of the module's class, in the package {@value #PACKAGE}. */
    static final String CLASS = "Network";

    static final String PACKAGE = "__torch__";

    private static final Pattern IDENTIFIER = Pattern.compile("[a-z_][a-z0-9_]*");
    private static final String INDENT = "    ";

    private final CompressedModel model;
    private final TorchScriptForm form;
    private final Network network;
    private final DenseWeights dense;
    private final Map<String, DenseTensor> parameters = new LinkedHashMap<>();
    private final Map<String, String> values = new HashMap<>();
    private final StringBuilder body = new StringBuilder();
    private int variables;

    TorchScriptCode(CompressedModel model, TorchScriptForm form) {
        this.model = model;
        this.form = form;
        this.network = model.network();
        this.dense = new DenseWeights(model);
        values.put(Network.INPUT, ModelExporter.INPUT);
        String made = "";
        for (Layer layer : network.layers()) {
            made = add(layer);
            values.put(layer.name(), made);
        }
        body.append(INDENT).append("return ").append(made).append('\n');
    }

    /** Tensors by the attribute that holds them, in the order of the attributes. */
    Map<String, DenseTensor> parameters() {
        return parameters;
    }

    String source() {
        StringBuilder source = new StringBuilder("class " + CLASS + "(Module):\n");
        source.append("  __parameters__ = [");
        parameters.keySet().forEach(name -> source.append('"').append(name).append("\", "));
        source.append("]\n  __buffers__ = []\n");
        parameters.keySet().forEach(name -> source.append("  ").append(name).append(" : Tensor\n"));
        source.append("  training : bool\n");
        source.append("  def forward(self: ").append(PACKAGE).append('.').append(CLASS);
        source.append(",\n    ").append(ModelExporter.INPUT).append(": Tensor) -> Tensor:\n");
        return source.append(body).toString();
    }

    private String add(Layer layer) {
        String read = valueOf(layer.input());
        if (layer instanceof ConvolutionLayer convolution) {
            return convolution(convolution, read);
        }
        if (layer instanceof MaxPoolLayer pool) {
            String size = pair(pool.size());
            return call(
                    "max_pool2d",
                    read,
                    size,
                    pair(pool.stride()),
                    pair(pool.padding()),
                    pair(1),
                    "False");
        }
        if (layer instanceof AveragePoolLayer pool) {
            String size = pair(pool.size());
            return call("avg_pool2d", read, size, size, pair(0), "False", "True", "None");
        }
        if (layer instanceof FullyConnectedLayer connected) {
            WeightsAndBias tensors = dense.of(connected);
            String flat = call("flatten", read, "1", "-1");
            String made =
                    call("linear", flat, parameter(tensors.weight()), parameter(tensors.bias()));
            return connected.relu() ? call("relu", made) : made;
        }
        return shortcut((PaddedSubsampleLayer) layer, read);
    }

    private String convolution(ConvolutionLayer layer, String read) {
        boolean grouped =
                form == TorchScriptForm.GROUPED && layer.sparse() && !model.variant().isDense();
        String made = grouped ? groups(layer, read) : whole(layer, read);
        @Nullable String residual = layer.residual();
        if (residual != null) {
            made = call("add", made, valueOf(residual));
        }
        return layer.relu() ? call("relu", made) : made;
    }

    private String whole(ConvolutionLayer layer, String read) {
        WeightsAndBias tensors = dense.of(layer);
        return call(
                "conv2d",
                read,
                parameter(tensors.weight()),
                parameter(tensors.bias()),
                pair(layer.stride()),
                pair(layer.kernelSize() / 2),
                pair(1),
                "1");
    }

    /** As {@link GroupedConvolution}; groups are a dimension of their own between the sums. */
    private String groups(ConvolutionLayer layer, String read) {
        GroupedConvolution groups = new GroupedConvolution(model, layer);
        FeatureShape from = network.shapes().of(layer.input());
        FeatureShape to = network.shapes().of(layer.name());
        int period = groups.period();
        int added = groups.channels() - layer.inChannels();
        String padded = call("constant_pad_nd", read, "[1, 1, 1, 1, 0, " + added + "]", "0");
        int rows = from.height() + 2;
        int columns = from.width() + 2;
        String byResidue =
                call(
                        "transpose",
                        shaped(padded, groups.channels() / period, period, rows, columns),
                        "1",
                        "2");
        // From the last residue down, as groups of rising filters read them.
        String falling = call("flip", byResidue, "[1]");
        @Nullable String sum = null;
        for (Part part : groups.parts()) {
            String made = part(part, layer, falling, to);
            sum = sum == null ? made : call("add", sum, made);
        }
        String inOrder =
                call(
                        "transpose",
                        shaped(
                                Objects.requireNonNull(sum),
                                period,
                                groups.filters() / period,
                                to.height(),
                                to.width()),
                        "1",
                        "2");
        String all = shaped(inOrder, groups.filters(), to.height(), to.width());
        String some = slice(all, 1, 0, layer.filters());
        String bias = call("reshape", parameter(groups.bias()), "[1, -1, 1, 1]");
        return call("add", some, bias);
    }

    private String part(Part part, ConvolutionLayer layer, String groups, FeatureShape to) {
        Window window = part.window();
        String read = window(window.top(), window.rows(), to.height(), layer.stride(), groups, 3);
        read = window(window.left(), window.columns(), to.width(), layer.stride(), read, 4);
        List<String> turned = new ArrayList<>();
        for (int phase : part.phases()) {
            turned.add(phase == 0 ? read : call("roll", read, "[" + phase + "]", "[1]"));
        }
        String together = turned.size() == 1 ? turned.get(0) : concatenated(turned);
        int period = model.variant().pattern().orElseThrow().period();
        String flat =
                shaped(
                        together,
                        period * part.weight().shape().get(1),
                        spanned(window.rows(), to.height(), layer.stride()),
                        spanned(window.columns(), to.width(), layer.stride()));
        return call(
                "conv2d",
                flat,
                parameter(part.weight()),
                "None",
                pair(layer.stride()),
                pair(0),
                pair(1),
                Integer.toString(period));
    }

    private String concatenated(List<String> values) {
        return call("cat", "[" + String.join(", ", values) + "]", "2");
    }

    private String window(int start, int size, int steps, int stride, String read, int dimension) {
        return slice(read, dimension, start, start + spanned(size, steps, stride));
    }

    /** Pixels from a window's first place to its last one's end. */
    private static int spanned(int size, int steps, int stride) {
        return (steps - 1) * stride + size;
    }

    private String slice(String read, int dimension, int start, int end) {
        return call(
                "slice",
                read,
                Integer.toString(dimension),
                Integer.toString(start),
                Integer.toString(end),
                "1");
    }

    /** In another shape, whose first dimension stays the batch. */
    private String shaped(String read, int... sizes) {
        String shape =
                Arrays.stream(sizes).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        return call("reshape", read, "[-1, " + shape + "]");
    }

    private String shortcut(PaddedSubsampleLayer layer, String read) {
        String stride = Integer.toString(layer.stride());
        String end = Long.toString(Long.MAX_VALUE);
        String rows = call("slice", read, "2", "0", end, stride);
        String both = call("slice", rows, "3", "0", end, stride);
        ChannelPadding padding = ChannelPadding.of(layer, network);
        // Pairs from the last dimension back: columns, rows, channels.
        return call(
                "constant_pad_nd",
                both,
                "[0, 0, 0, 0, " + padding.front() + ", " + padding.back() + "]",
                "0");
    }

    /** Appends a line that calls a function of {@code torch}; the name of what it makes. */
    private String call(String function, String... arguments) {
        String made = "v" + variables++;
        body.append(INDENT).append(made).append(" = torch.").append(function).append('(');
        body.append(String.join(", ", arguments)).append(")\n");
        return made;
    }

    private String parameter(DenseTensor tensor) {
        String name = tensor.name().replace('.', '_');
        if (!IDENTIFIER.matcher(name).matches() || parameters.putIfAbsent(name, tensor) != null) {
            throw new IllegalArgumentException(
                    "tensor '"
                            + tensor.name()
                            + "' would be the attribute '"
                            + name
                            + "' but that is taken or not an identifier; rename the layer");
        }
        return "self." + name;
    }

    private String valueOf(String layer) {
        return Objects.requireNonNull(values.get(layer), layer);
    }

    private static String pair(int value) {
        return "[" + value + ", " + value + "]";
    }
}
