package io.psconv.model.cuda;

import io.psconv.model.cuda.DeviceBuffer.Constant;
import io.psconv.model.cuda.DeviceBuffer.Scratch;
import io.psconv.model.cuda.DeviceMap.Form;
import io.psconv.model.cuda.KernelArgument.Int32;
import io.psconv.model.network.AveragePoolLayer;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.FeatureShapes;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Layer;
import io.psconv.model.network.MaxPoolLayer;
import io.psconv.model.network.Network;
import io.psconv.model.network.NetworkCost;
import io.psconv.model.network.PaddedSubsampleLayer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The launches and memory of one batch, layer by layer. */
final class ProgramPlan {
    private static final int INPUT = 0;
    private static final int OUTPUT = 1;
    private static final int MAPS = 2;

    /** Threads of blocks whose threads work alone. */
    private static final int THREADS = 256;

    /** Threads of a block in single precision convolutions, at most. */
    private static final int SINGLE_THREADS = 128;

    private static final int CONNECTED_THREADS = 128;

    /** Output pixels of a thread in single precision convolutions. */
    private static final int THREAD_PIXELS = 4;

    private static final int RELU = 1;
    private static final int RESIDUAL = 2;

    private final CudaProgramBuilder builder;
    private final Network network;
    private final FeatureShapes shapes;
    private final int images;
    private final Map<String, Integer> lastReaders = new HashMap<>();
    private final Map<String, DeviceMap> maps = new HashMap<>();
    private final ScratchPlan scratch = new ScratchPlan();
    private final List<Constant> constants = new ArrayList<>();
    private final IdentityHashMap<Constant, Integer> constantIndex = new IdentityHashMap<>();
    private final List<KernelLaunch> launches = new ArrayList<>();
    private long mapBytes;

    ProgramPlan(CudaProgramBuilder builder, int images) {
        if (images < 1) {
            throw new IllegalArgumentException(
                    "images was '" + images + "' but it must be at least 1");
        }
        this.builder = builder;
        this.network = builder.model().network();
        this.shapes = network.shapes();
        this.images = images;
        List<Layer> layers = network.layers();
        for (int index = 0; index < layers.size(); index++) {
            for (String read : reads(layers.get(index))) {
                lastReaders.put(read, index);
            }
        }
        maps.put(
                Network.INPUT,
                new DeviceMap(
                        INPUT,
                        0,
                        network.input(),
                        Form.PLANES,
                        new ChannelOrder(network.input().channels(), 1)));
        for (int index = 0; index < layers.size(); index++) {
            add(layers.get(index), index == layers.size() - 1);
            releaseUnread(index);
        }
    }

    private static List<String> reads(Layer layer) {
        List<String> reads = new ArrayList<>(List.of(layer.input()));
        if (layer instanceof ConvolutionLayer convolution) {
            @Nullable String residual = convolution.residual();
            if (residual != null) {
                reads.add(residual);
            }
        }
        return reads;
    }

    DeviceProgram program() {
        List<DeviceBuffer> buffers = new ArrayList<>();
        buffers.add(scratch((long) images * network.input().length() * Float.BYTES));
        buffers.add(scratch((long) images * network.classes() * Float.BYTES));
        buffers.add(scratch(scratch.size()));
        buffers.addAll(constants);
        return new DeviceProgram(images, buffers, INPUT, OUTPUT, launches);
    }

    /** What the program moves and computes at least. */
    ProgramCost cost() {
        NetworkCost cost = NetworkCost.of(network, builder.model().variant());
        return ProgramCost.of(cost, program(), mapBytes);
    }

    private static Scratch scratch(long bytes) {
        return new Scratch(ScratchPlan.aligned(bytes));
    }

    private void releaseUnread(int index) {
        maps.entrySet()
                .removeIf(
                        entry -> {
                            boolean unread = lastReaders.getOrDefault(entry.getKey(), -1) <= index;
                            if (unread && entry.getValue().buffer() == MAPS) {
                                scratch.release(entry.getValue().offset());
                            }
                            return unread;
                        });
    }

    private void add(Layer layer, boolean last) {
        if (last && !(layer instanceof FullyConnectedLayer)) {
            throw new IllegalArgumentException(
                    "layer '"
                            + layer.name()
                            + "' is the last one but the kernels for CUDA make logits in a fully"
                            + " connected layer only; classify with engine 'jvm'");
        }
        if (layer instanceof ConvolutionLayer convolution) {
            addConvolution(convolution);
        } else if (layer instanceof MaxPoolLayer pool) {
            addMaxPool(pool);
        } else if (layer instanceof AveragePoolLayer pool) {
            addAveragePool(pool);
        } else if (layer instanceof PaddedSubsampleLayer shortcut) {
            addSubsample(shortcut);
        } else if (layer instanceof FullyConnectedLayer connected) {
            addConnected(connected, last);
        }
    }

    private void addConvolution(ConvolutionLayer layer) {
        DeviceMap input = featureMaps(layer, layer.input());
        DeviceMap output = newMaps(layer);
        @Nullable String residual = layer.residual();
        DeviceMap added = residual == null ? output : featureMaps(layer, residual);
        ConvolutionTables tables = builder.tables(layer, input.order(), output.order());
        ConvolutionGeometry geometry =
                ConvolutionGeometry.of(
                        layer, images, input.shape(), input.order().size(), output.order().size());
        int flags = (layer.relu() ? RELU : 0) | (residual == null ? 0 : RESIDUAL);
        List<KernelArgument> arguments =
                new ArrayList<>(List.of(input.argument(), output.argument(), added.argument()));
        for (Constant table : tables.constants()) {
            arguments.add(constant(table));
        }
        for (int size :
                new int[] {
                    images,
                    geometry.height(),
                    geometry.width(),
                    geometry.channels(),
                    geometry.outHeight(),
                    geometry.outWidth(),
                    geometry.outChannels(),
                    geometry.kernel(),
                    geometry.stride()
                }) {
            arguments.add(new Int32(size));
        }
        launches.add(
                builder.precision() == Precision.FP16
                        ? half(layer, geometry, tables, arguments, flags)
                        : single(geometry, tables, arguments, flags));
    }

    private KernelLaunch half(
            ConvolutionLayer layer,
            ConvolutionGeometry geometry,
            ConvolutionTables tables,
            List<KernelArgument> arguments,
            int flags) {
        TensorCoreTiling tiling =
                TensorCoreTiling.of(layer.name(), geometry, tables, builder.limits());
        int pixelBytes = TensorCoreTiling.pixelBytes(geometry.channels(), geometry.stride());
        arguments.add(new Int32(pixelBytes));
        arguments.add(new Int32(tables.tileCount()));
        arguments.add(new Int32(tiling.warpsAcross()));
        arguments.add(new Int32(tiling.stageStart()));
        arguments.add(new Int32(tiling.stageBytes()));
        arguments.add(new Int32(flags));
        return new KernelLaunch(
                "convolution_f16_m" + tiling.rows() + "_n" + tables.tileSlots() / 8,
                blocks(geometry.outPixels(), tiling.blockPixels()),
                tiling.splits(),
                1,
                tiling.threads(),
                tiling.sharedBytes(),
                arguments);
    }

    private static KernelLaunch single(
            ConvolutionGeometry geometry,
            ConvolutionTables tables,
            List<KernelArgument> arguments,
            int flags) {
        int tileQuads = tables.tileSlots() / ChannelOrder.QUAD;
        int across = SINGLE_THREADS / tileQuads;
        arguments.add(new Int32(tileQuads));
        arguments.add(new Int32(flags));
        return new KernelLaunch(
                "convolution_f32",
                blocks(geometry.outPixels(), (long) across * THREAD_PIXELS),
                tables.tileCount(),
                1,
                across * tileQuads,
                0,
                arguments);
    }

    private void addMaxPool(MaxPoolLayer layer) {
        DeviceMap input = featureMaps(layer, layer.input());
        DeviceMap output = newMaps(layer);
        addAlone(
                "max_pool",
                layer,
                output,
                List.of(input.argument(), output.argument()),
                images,
                input.shape().height(),
                input.shape().width(),
                input.order().size(),
                output.shape().height(),
                output.shape().width(),
                layer.size(),
                layer.stride(),
                layer.padding());
    }

    private void addAveragePool(AveragePoolLayer layer) {
        DeviceMap input = featureMaps(layer, layer.input());
        DeviceMap output = newMaps(layer);
        addAlone(
                "average_pool",
                layer,
                output,
                List.of(input.argument(), output.argument()),
                images,
                input.shape().height(),
                input.shape().width(),
                input.order().size(),
                output.shape().height(),
                output.shape().width(),
                layer.size());
    }

    private void addSubsample(PaddedSubsampleLayer layer) {
        DeviceMap input = featureMaps(layer, layer.input());
        DeviceMap output = newMaps(layer);
        Constant sources = builder.sources(layer, input, output);
        addAlone(
                "subsample",
                layer,
                output,
                List.of(input.argument(), output.argument(), constant(sources)),
                images,
                input.shape().height(),
                input.shape().width(),
                input.order().size(),
                output.shape().height(),
                output.shape().width(),
                output.order().size(),
                layer.stride());
    }

    private void addConnected(FullyConnectedLayer layer, boolean last) {
        DeviceMap input = map(layer, layer.input());
        ChannelOrder order = new ChannelOrder(layer.outputs(), 1);
        FeatureShape shape = shapes.of(layer.name());
        long bytes = (long) images * layer.outputs() * Float.BYTES;
        DeviceMap output =
                last
                        ? new DeviceMap(OUTPUT, 0, shape, Form.VECTOR, order)
                        : new DeviceMap(MAPS, scratch.reserve(bytes), shape, Form.VECTOR, order);
        maps.put(layer.name(), output);
        mapBytes += bytes(output);
        boolean wide = input.form() != Form.MAPS || builder.precision() == Precision.FP32;
        int inputs = input.form() == Form.MAPS ? input.values() : layer.inputs();
        List<KernelArgument> arguments =
                new ArrayList<>(
                        List.of(
                                input.argument(),
                                output.argument(),
                                constant(builder.connectedWeights(layer, input)),
                                constant(builder.connectedBias(layer))));
        for (int value : new int[] {images, inputs, layer.outputs(), layer.relu() ? RELU : 0}) {
            arguments.add(new Int32(value));
        }
        long warps = (images + 3L) / 4 * ((layer.outputs() + 3L) / 4);
        launches.add(
                new KernelLaunch(
                        "fully_connected_" + (wide ? "f32" : "f16"),
                        blocks(warps, CONNECTED_THREADS / 32),
                        1,
                        1,
                        CONNECTED_THREADS,
                        0,
                        arguments));
    }

    /** A kernel whose threads make one quad each. */
    private void addAlone(
            String kernel,
            Layer layer,
            DeviceMap output,
            List<KernelArgument> pointers,
            int... sizes) {
        List<KernelArgument> arguments = new ArrayList<>(pointers);
        for (int size : sizes) {
            arguments.add(new Int32(size));
        }
        launches.add(
                new KernelLaunch(
                        kernel + suffix(),
                        blocks(quads(layer, output), THREADS),
                        1,
                        1,
                        THREADS,
                        0,
                        arguments));
    }

    private long quads(Layer layer, DeviceMap output) {
        long quads = (long) images * output.values() / ChannelOrder.QUAD;
        if (quads > Integer.MAX_VALUE - THREADS) {
            throw new IllegalArgumentException(
                    "layer '"
                            + layer.name()
                            + "' makes "
                            + quads
                            + " quads of channels for "
                            + images
                            + " images but kernels count up to "
                            + (Integer.MAX_VALUE - THREADS)
                            + "; take smaller batches");
        }
        return quads;
    }

    private String suffix() {
        return builder.precision() == Precision.FP16 ? "_f16" : "_f32";
    }

    private static int blocks(long items, long each) {
        return Math.toIntExact((items - 1) / each + 1);
    }

    /** A map in NHWC; images are packed when a layer first reads them so. */
    private DeviceMap featureMaps(Layer reader, String name) {
        DeviceMap map = map(reader, name);
        if (map.form() == Form.MAPS) {
            return map;
        }
        mapBytes -= bytes(map);
        if (map.form() == Form.VECTOR) {
            throw new IllegalArgumentException(
                    "layer '"
                            + reader.name()
                            + "' reads the fully connected layer '"
                            + name
                            + "' but the kernels for CUDA take that from fully connected layers"
                            + " only; classify with engine 'jvm'");
        }
        String packed = name + " packed";
        @Nullable DeviceMap present = maps.get(packed);
        if (present != null) {
            mapBytes += bytes(present);
            return present;
        }
        lastReaders.put(packed, lastReaders.getOrDefault(name, 0));
        ChannelOrder order = new ChannelOrder(map.shape().channels(), 1);
        DeviceMap made = newMaps(packed, map.shape(), order);
        addAlone(
                "pack",
                reader,
                made,
                List.of(map.argument(), made.argument()),
                images,
                map.shape().channels(),
                map.shape().height() * map.shape().width(),
                order.size());
        mapBytes += bytes(map) + bytes(made);
        return made;
    }

    private DeviceMap map(Layer reader, String name) {
        @Nullable DeviceMap map = maps.get(name);
        if (map == null) {
            throw new IllegalStateException(
                    "layer '" + reader.name() + "' reads '" + name + "', which is gone");
        }
        mapBytes += bytes(map);
        return map;
    }

    private long bytes(DeviceMap map) {
        int each = map.form() == Form.MAPS ? builder.precision().bytes() : Float.BYTES;
        int values = map.form() == Form.MAPS ? map.values() : map.shape().length();
        return (long) images * values * each;
    }

    private DeviceMap newMaps(Layer layer) {
        FeatureShape shape = shapes.of(layer.name());
        return newMaps(layer.name(), shape, builder.order(shape.channels()));
    }

    private DeviceMap newMaps(String name, FeatureShape shape, ChannelOrder order) {
        long bytes =
                (long) images
                        * shape.height()
                        * shape.width()
                        * order.size()
                        * builder.precision().bytes();
        mapBytes += bytes;
        DeviceMap map = new DeviceMap(MAPS, scratch.reserve(bytes), shape, Form.MAPS, order);
        maps.put(name, map);
        return map;
    }

    private KernelArgument constant(Constant constant) {
        int index =
                constantIndex.computeIfAbsent(
                        constant,
                        added -> {
                            constants.add(added);
                            return MAPS + constants.size();
                        });
        return new KernelArgument.Buffer(index, 0);
    }
}
