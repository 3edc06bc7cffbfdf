package io.psconv.bench.onednn;

import io.psconv.bench.onednn.BufferPool.Buffer;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.FoldedConvolution;
import io.psconv.model.network.AveragePoolLayer;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.FeatureShapes;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Layer;
import io.psconv.model.network.MaxPoolLayer;
import io.psconv.model.network.Network;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_forward;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * A network as oneDNN primitives for one batch size, with all its memory.
 *
 * <p>Weights are brought into the order each primitive prefers once. Feature maps are reordered
 * only where two layers prefer different layouts. A residual is added inside the convolution, into
 * the residual's own memory where nobody reads that later. For one thread.
 */
final class OneDnnPlan implements AutoCloseable {
    private static final long[] NO_DILATION = {0, 0};
    private static final int PER_TENSOR = 0;
    private static final int PER_FILTER = 1;
    private static final int SIGNED_STEPS = 127;
    private static final String REFERENCE = "ref";

    private final CompressedModel model;
    private final Map<String, FoldedConvolution> convolutions;
    private final OneDnnPrecision precision;
    private final OneDnnLayout layout;
    private final @Nullable MapScales scales;
    private final int batch;

    private final PointerScope scope;
    private final engine cpu;
    private final stream queue;
    private final BufferPool pool;
    private final Map<String, Maps> madeBy = new HashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final FloatPointer input;
    private final FloatPointer logits;

    /**
     * Plans a network.
     *
     * @param scales of the feature maps, for 8 bits
     */
    OneDnnPlan(
            CompressedModel model,
            Map<String, FoldedConvolution> convolutions,
            OneDnnPrecision precision,
            OneDnnLayout layout,
            @Nullable MapScales scales,
            int batch) {
        this.model = model;
        this.convolutions = convolutions;
        this.precision = precision;
        this.layout = layout;
        this.scales = scales;
        this.batch = batch;
        try (PointerScope building = new PointerScope()) {
            cpu = new engine(engine.kind.cpu, 0);
            queue = new stream(cpu);
            pool = new BufferPool(cpu);
            Network network = model.network();
            input = planInput(network.input());
            for (Layer layer : network.layers()) {
                plan(layer, network.shapes());
                giveBackReadLastBy(layer);
            }
            Layer last = network.layers().get(network.layers().size() - 1);
            logits = floats(made(last.name()).values(), (long) batch * network.classes());
            // Everything made so far lives until close().
            scope = building.extend();
        }
    }

    /** Classifies a batch of exactly the planned size. */
    void run(float[] images, float[] answers) {
        input.put(images, 0, (int) input.limit());
        for (Step step : steps) {
            step.operation().execute(queue, step.arguments());
        }
        queue._wait();
        logits.get(answers, 0, (int) logits.limit());
    }

    /** Classifies a batch and shows what every layer makes; for plans in 32-bit floats. */
    void observe(float[] images, MapScales observed) {
        input.put(images, 0, (int) input.limit());
        observed.observe(Network.INPUT, images, true);
        for (Step step : steps) {
            step.operation().execute(queue, step.arguments());
            queue._wait();
            @Nullable String layer = step.layer();
            if (layer != null) {
                Maps maps = made(layer);
                observed.observe(layer, plain(maps), maps.signed());
            }
        }
    }

    private float[] plain(Maps maps) {
        long[] dimensions = dimensions(maps.shape());
        memory target =
                new memory(
                        new memory.desc(dimensions, memory.data_type.f32, memory.format_tag.nchw),
                        cpu);
        memory source =
                maps.values().get_desc().get_ndims() == 2
                        ? new memory(target.get_desc(), cpu, maps.values().get_data_handle())
                        : maps.values();
        new reorder(source, target).execute(queue, source, target);
        queue._wait();
        float[] values = new float[batch * maps.shape().length()];
        floats(target, values.length).get(values);
        return values;
    }

    private FloatPointer planInput(FeatureShape shape) {
        memory images =
                new memory(
                        new memory.desc(
                                dimensions(shape), memory.data_type.f32, memory.format_tag.nchw),
                        cpu);
        if (scales == null) {
            madeBy.put(Network.INPUT, new Maps(shape, images, null, true));
        } else {
            // The one place where floats become integers.
            memory.desc wanted =
                    new memory.desc(
                            dimensions(shape), precision.maps(true), layout.tag(shape.channels()));
            primitive_attr attributes = new primitive_attr();
            attributes.set_scales_mask(dnnl.DNNL_ARG_DST, PER_TENSOR);
            Buffer buffer = pool.take(wanted.get_size());
            memory maps = buffer.as(wanted, cpu);
            IntMemoryMap arguments = new IntMemoryMap();
            arguments.put(dnnl.DNNL_ARG_FROM, images);
            arguments.put(dnnl.DNNL_ARG_TO, maps);
            arguments.put(
                    dnnl.DNNL_ARG_ATTR_SCALES | dnnl.DNNL_ARG_DST, scale(scaleOf(Network.INPUT)));
            steps.add(new Step(null, new reorder(images, maps, attributes), arguments));
            madeBy.put(Network.INPUT, new Maps(shape, maps, buffer, true));
        }
        return floats(images, (long) batch * shape.length());
    }

    private void plan(Layer layer, FeatureShapes shapes) {
        Maps read = made(layer.input());
        FeatureShape shape = shapes.of(layer.name());
        if (layer instanceof ConvolutionLayer convolution) {
            planConvolution(convolution, read, shape);
        } else if (layer instanceof MaxPoolLayer pool) {
            planPool(
                    layer,
                    dnnl.algorithm.pooling_max,
                    pool.size(),
                    pool.stride(),
                    pool.padding(),
                    read,
                    shape);
        } else if (layer instanceof AveragePoolLayer pool) {
            planPool(
                    layer,
                    dnnl.algorithm.pooling_avg_exclude_padding,
                    pool.size(),
                    pool.size(),
                    0,
                    read,
                    shape);
        } else if (layer instanceof FullyConnectedLayer connected) {
            planConnected(connected, read, shape);
        } else {
            throw new IllegalArgumentException(
                    "layer '" + layer.name() + "' is of a kind that is not built for oneDNN");
        }
    }

    private void planConvolution(ConvolutionLayer layer, Maps read, FeatureShape shape) {
        @Nullable String residualName = layer.residual();
        @Nullable Maps residual = residualName == null ? null : made(residualName);
        boolean signed = !layer.relu();
        int size = layer.kernelSize();
        long[] padding = {size / 2, size / 2};
        long[] strides = {layer.stride(), layer.stride()};
        long[] weightDimensions = {layer.filters(), layer.inChannels(), size, size};
        primitive_attr attributes = quantized(!isFloat());
        attributes.set_post_ops(postOps(layer, residual));
        convolution_forward.primitive_desc description =
                new convolution_forward.primitive_desc(
                        cpu,
                        dnnl.prop_kind.forward_inference,
                        dnnl.algorithm.convolution_direct,
                        new memory.desc(
                                dimensions(read.shape()),
                                precision.maps(read.signed()),
                                layout.tag(read.shape().channels())),
                        new memory.desc(
                                weightDimensions, precision.weights(), memory.format_tag.any),
                        new memory.desc(
                                new long[] {layer.filters()},
                                memory.data_type.f32,
                                memory.format_tag.a),
                        new memory.desc(
                                dimensions(shape),
                                precision.maps(signed),
                                layout.tag(shape.channels())),
                        strides,
                        padding,
                        padding,
                        attributes,
                        false);
        refuseReference(layer, description);
        FoldedConvolution weights =
                Objects.requireNonNull(convolutions.get(layer.name()), layer.name());
        IntMemoryMap arguments = new IntMemoryMap();
        Maps source = as(read, description.src_desc());
        arguments.put(dnnl.DNNL_ARG_SRC, source.values());
        putWeights(
                arguments,
                weights.values(),
                weightDimensions,
                memory.format_tag.oihw,
                description.weights_desc());
        arguments.put(dnnl.DNNL_ARG_BIAS, floats(weights.bias()));
        Maps target = target(layer, residual, shape, description.dst_desc(), signed);
        arguments.put(dnnl.DNNL_ARG_DST, target.values());
        if (!isFloat()) {
            arguments.put(
                    dnnl.DNNL_ARG_ATTR_SCALES | dnnl.DNNL_ARG_SRC, scale(scaleOf(layer.input())));
            arguments.put(
                    dnnl.DNNL_ARG_ATTR_SCALES | dnnl.DNNL_ARG_DST, scale(scaleOf(layer.name())));
        }
        steps.add(new Step(layer.name(), new convolution_forward(description), arguments));
        giveBackCopy(source, read);
        madeBy.put(layer.name(), target);
    }

    /** Scalar loops that oneDNN keeps for comparison: whole networks would take minutes in them. */
    private void refuseReference(
            ConvolutionLayer layer, convolution_forward.primitive_desc description) {
        String implementation = description.impl_info_str().getString();
        if (implementation.startsWith(REFERENCE)) {
            throw new IllegalStateException(
                    "oneDNN has only its scalar reference, '"
                            + implementation
                            + "', for layer '"
                            + layer.name()
                            + "' in "
                            + precision.label()
                            + " and layout "
                            + layout.label()
                            + " on this processor");
        }
    }

    private post_ops postOps(ConvolutionLayer layer, @Nullable Maps residual) {
        post_ops operations = new post_ops();
        if (residual != null) {
            float scale = isFloat() ? 1 : scaleOf(Objects.requireNonNull(layer.residual()));
            operations.append_sum(scale, 0, precision.maps(residual.signed()));
        }
        if (layer.relu()) {
            operations.append_eltwise(dnnl.algorithm.eltwise_relu, 0, 0);
        }
        return operations;
    }

    /** Where a convolution writes: the residual's memory, which it adds to, or a free buffer. */
    private Maps target(
            ConvolutionLayer layer,
            @Nullable Maps residual,
            FeatureShape shape,
            memory.desc wanted,
            boolean signed) {
        if (residual == null) {
            Buffer buffer = pool.take(wanted.get_size());
            return new Maps(shape, buffer.as(wanted, cpu), buffer, signed);
        }
        memory.desc asResidual =
                residual.signed() == signed
                        ? wanted
                        : new memory.desc(
                                dimensions(shape),
                                precision.maps(residual.signed()),
                                layout.tag(shape.channels()));
        String name = Objects.requireNonNull(layer.residual());
        @Nullable Buffer own = residual.buffer();
        if (own != null
                && isReadLastBy(name, layer)
                && (isFloat() ? wanted : asResidual).equals(residual.values().get_desc())) {
            madeBy.put(
                    name, new Maps(residual.shape(), residual.values(), null, residual.signed()));
            return new Maps(shape, own.as(wanted, cpu), own, signed);
        }
        Buffer buffer = pool.take(wanted.get_size());
        memory copy = buffer.as(isFloat() ? wanted : asResidual, cpu);
        addReorder(residual.values(), copy);
        return new Maps(shape, buffer.as(wanted, cpu), buffer, signed);
    }

    private void planPool(
            Layer layer,
            dnnl.algorithm kind,
            int size,
            int stride,
            int padding,
            Maps read,
            FeatureShape shape) {
        long[] window = {size, size};
        long[] strides = {stride, stride};
        long[] around = {padding, padding};
        pooling_forward.primitive_desc description =
                new pooling_forward.primitive_desc(
                        cpu,
                        dnnl.prop_kind.forward_inference,
                        kind,
                        read.values().get_desc(),
                        new memory.desc(
                                dimensions(shape),
                                precision.maps(read.signed()),
                                layout.tag(shape.channels())),
                        strides,
                        window,
                        NO_DILATION,
                        around,
                        around);
        memory.desc wanted = description.dst_desc();
        Buffer buffer = pool.take(wanted.get_size());
        IntMemoryMap arguments = new IntMemoryMap();
        arguments.put(dnnl.DNNL_ARG_SRC, read.values());
        Maps target = new Maps(shape, buffer.as(wanted, cpu), buffer, read.signed());
        arguments.put(dnnl.DNNL_ARG_DST, target.values());
        steps.add(new Step(layer.name(), new pooling_forward(description), arguments));
        madeBy.put(layer.name(), target);
    }

    private void planConnected(FullyConnectedLayer layer, Maps read, FeatureShape shape) {
        FeatureShape input = read.shape();
        long[] weightDimensions = {
            layer.outputs(), input.channels(), input.height(), input.width()
        };
        inner_product_forward.primitive_desc description =
                new inner_product_forward.primitive_desc(
                        cpu,
                        dnnl.prop_kind.forward_inference,
                        new memory.desc(
                                dimensions(input),
                                precision.maps(read.signed()),
                                memory.format_tag.any),
                        new memory.desc(
                                weightDimensions, precision.weights(), memory.format_tag.any),
                        new memory.desc(
                                new long[] {layer.outputs()},
                                memory.data_type.f32,
                                memory.format_tag.a),
                        new memory.desc(
                                new long[] {batch, layer.outputs()},
                                memory.data_type.f32,
                                memory.format_tag.ab),
                        quantized(false),
                        false);
        IntMemoryMap arguments = new IntMemoryMap();
        Maps source = as(read, description.src_desc());
        arguments.put(dnnl.DNNL_ARG_SRC, source.values());
        putWeights(
                arguments,
                model.tensor(layer.name() + ".weight"),
                weightDimensions,
                memory.format_tag.oihw,
                description.weights_desc());
        arguments.put(dnnl.DNNL_ARG_BIAS, floats(model.tensor(layer.name() + ".bias")));
        if (!isFloat()) {
            arguments.put(
                    dnnl.DNNL_ARG_ATTR_SCALES | dnnl.DNNL_ARG_SRC, scale(scaleOf(layer.input())));
        }
        memory target = new memory(description.dst_desc(), cpu);
        arguments.put(dnnl.DNNL_ARG_DST, target);
        steps.add(new Step(layer.name(), new inner_product_forward(description), arguments));
        giveBackCopy(source, read);
        madeBy.put(layer.name(), new Maps(shape, target, null, true));
    }

    private primitive_attr quantized(boolean output) {
        primitive_attr attributes = new primitive_attr();
        if (!isFloat()) {
            attributes.set_scales_mask(dnnl.DNNL_ARG_SRC, PER_TENSOR);
            attributes.set_scales_mask(dnnl.DNNL_ARG_WEIGHTS, PER_FILTER);
            if (output) {
                attributes.set_scales_mask(dnnl.DNNL_ARG_DST, PER_TENSOR);
            }
        }
        return attributes;
    }

    private void putWeights(
            IntMemoryMap arguments,
            float[] values,
            long[] dimensions,
            memory.format_tag tag,
            memory.desc wanted) {
        memory given;
        if (isFloat()) {
            given = new memory(new memory.desc(dimensions, memory.data_type.f32, tag), cpu);
            floats(given, values.length).put(values, 0, values.length);
        } else {
            float[] filterScales = new float[(int) dimensions[0]];
            byte[] rounded = quantize(values, filterScales);
            given = new memory(new memory.desc(dimensions, memory.data_type.s8, tag), cpu);
            new BytePointer(given.get_data_handle())
                    .capacity(rounded.length)
                    .put(rounded, 0, rounded.length);
            arguments.put(dnnl.DNNL_ARG_ATTR_SCALES | dnnl.DNNL_ARG_WEIGHTS, floats(filterScales));
        }
        memory packed = new memory(wanted, cpu);
        new reorder(given, packed).execute(queue, given, packed);
        queue._wait();
        arguments.put(dnnl.DNNL_ARG_WEIGHTS, packed);
        given.deallocate();
    }

    private static byte[] quantize(float[] values, float[] filterScales) {
        byte[] rounded = new byte[values.length];
        int length = values.length / filterScales.length;
        for (int filter = 0; filter < filterScales.length; filter++) {
            float largest = Float.MIN_NORMAL;
            for (int index = filter * length; index < (filter + 1) * length; index++) {
                largest = Math.max(largest, Math.abs(values[index]));
            }
            float scale = largest / SIGNED_STEPS;
            filterScales[filter] = scale;
            for (int index = filter * length; index < (filter + 1) * length; index++) {
                rounded[index] = (byte) Math.round(values[index] / scale);
            }
        }
        return rounded;
    }

    /** The maps in a layout, reordered if they are not. */
    private Maps as(Maps maps, memory.desc wanted) {
        if (wanted.equals(maps.values().get_desc())) {
            return maps;
        }
        Buffer buffer = pool.take(wanted.get_size());
        memory copy = buffer.as(wanted, cpu);
        addReorder(maps.values(), copy);
        return new Maps(maps.shape(), copy, buffer, maps.signed());
    }

    private void addReorder(memory from, memory to) {
        IntMemoryMap arguments = new IntMemoryMap();
        arguments.put(dnnl.DNNL_ARG_FROM, from);
        arguments.put(dnnl.DNNL_ARG_TO, to);
        steps.add(new Step(null, new reorder(from, to), arguments));
    }

    private void giveBackCopy(Maps used, Maps original) {
        @Nullable Buffer buffer = used.buffer();
        if (!used.equals(original) && buffer != null) {
            pool.giveBack(buffer);
        }
    }

    private void giveBackReadLastBy(Layer layer) {
        for (Map.Entry<String, Maps> entry : madeBy.entrySet()) {
            @Nullable Buffer buffer = entry.getValue().buffer();
            if (buffer != null
                    && reads(layer, entry.getKey())
                    && isReadLastBy(entry.getKey(), layer)) {
                pool.giveBack(buffer);
                entry.setValue(entry.getValue().withoutBuffer());
            }
        }
    }

    private boolean isReadLastBy(String name, Layer layer) {
        List<Layer> layers = model.network().layers();
        return layers.subList(layers.indexOf(layer) + 1, layers.size()).stream()
                .noneMatch(later -> reads(later, name));
    }

    private static boolean reads(Layer layer, String name) {
        return layer.input().equals(name)
                || (layer instanceof ConvolutionLayer convolution
                        && name.equals(convolution.residual()));
    }

    private Maps made(String layer) {
        @Nullable Maps maps = madeBy.get(layer);
        if (maps == null) {
            throw new IllegalArgumentException("layer '" + layer + "' was not planned");
        }
        return maps;
    }

    private boolean isFloat() {
        return precision != OneDnnPrecision.INT8;
    }

    /** Pooling keeps the scale of what it reads. */
    private float scaleOf(String layer) {
        MapScales all = Objects.requireNonNull(scales);
        List<Layer> layers = model.network().layers();
        String origin = layer;
        for (int index = layers.size() - 1; index >= 0; index--) {
            Layer each = layers.get(index);
            if (each.name().equals(origin)
                    && (each instanceof MaxPoolLayer || each instanceof AveragePoolLayer)) {
                origin = each.input();
            }
        }
        return all.of(origin);
    }

    private long[] dimensions(FeatureShape shape) {
        return new long[] {batch, shape.channels(), shape.height(), shape.width()};
    }

    private memory scale(float value) {
        return floats(new float[] {value});
    }

    private memory floats(float[] values) {
        memory made =
                new memory(
                        new memory.desc(
                                new long[] {values.length},
                                memory.data_type.f32,
                                memory.format_tag.a),
                        cpu);
        floats(made, values.length).put(values, 0, values.length);
        return made;
    }

    private static FloatPointer floats(memory made, long length) {
        FloatPointer pointer = new FloatPointer(made.get_data_handle());
        pointer.capacity(length);
        return pointer;
    }

    @Override
    public void close() {
        scope.close();
    }

    /**
     * Feature maps in native memory.
     *
     * @param buffer to give back after the last reader, or null
     * @param signed whether values may be negative
     */
    private record Maps(
            FeatureShape shape, memory values, @Nullable Buffer buffer, boolean signed) {
        Maps withoutBuffer() {
            return new Maps(shape, values, null, signed);
        }
    }

    /**
     * One primitive with its memory.
     *
     * @param layer whose maps it makes, or null for a reorder
     */
    private record Step(@Nullable String layer, primitive operation, IntMemoryMap arguments) {}
}
