package io.psconv.model.format;

import io.psconv.model.network.Architectures;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Network;
import io.psconv.model.pattern.LayerSupports;
import io.psconv.model.pattern.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes a compressed model of dense weights that were saved elsewhere with PyTorch's names.
 *
 * <p>Convolutions of sparse layers are given as OIHW {@code (filters, inChannels, 3, 3)} and must
 * be zero outside the variant's supports; nothing is rounded or cut. A prefix {@code module.} is
 * dropped and {@code num_batches_tracked} is ignored. Where variant, labels or normalisation are
 * not given, the file's metadata is asked ({@code variant}, {@code classes}, {@code norm_mean} or
 * {@code mean}, {@code norm_std} or {@code std}); its other entries become provenance.
 */
public final class DenseImporter {
    private static final String PARALLEL_PREFIX = "module.";
    private static final String IGNORED_SUFFIX = ".num_batches_tracked";

    private final String architecture;
    private final FeatureShape input;
    private final String dataset;
    private final @Nullable Variant variant;
    private final @Nullable List<String> labels;
    private final @Nullable Normalisation normalisation;
    private final Map<String, String> provenance;
    private final ReadLimits limits;

    private DenseImporter(Builder builder) {
        this.architecture = given("architecture", builder.architecture, "call setArchitecture");
        this.input = given("input shape", builder.input, "call setInput");
        this.dataset = given("data set", builder.dataset, "call setDataset");
        this.variant = builder.variant;
        this.labels = builder.labels;
        this.normalisation = builder.normalisation;
        this.provenance = Map.copyOf(builder.provenance);
        this.limits = builder.limits;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Imports a file.
     *
     * @throws IOException if the file cannot be read
     * @throws MalformedModelException if it is no safetensors file, or not of this network
     * @throws IllegalArgumentException if neither the caller nor the file says the variant, the
     *     labels or the normalisation
     */
    public CompressedModel read(Path path) throws IOException, MalformedModelException {
        return convert(new SafetensorsReader(limits).read(path));
    }

    /**
     * Imports a file that was read already.
     *
     * @throws MalformedModelException if it is not of this network and variant
     * @throws IllegalArgumentException if neither the caller nor the file says the variant, the
     *     labels or the normalisation
     */
    public CompressedModel convert(SafetensorsFile file) throws MalformedModelException {
        DenseMetadata said = new DenseMetadata(file);
        said.checkEpsilon();
        Variant chosen = given("variant", variant != null ? variant : said.variant(), "name it");
        List<String> classes =
                given("labels", labels != null ? labels : said.labels(), "list them");
        Normalisation pixels =
                given(
                        "normalisation",
                        normalisation != null ? normalisation : said.normalisation(),
                        "give means and standard deviations");
        Network network = Architectures.create(architecture, input, classes.size());
        Map<String, float[]> tensors = dense(file, network);
        pack(tensors, network, chosen);
        Map<String, String> origin = new TreeMap<>(said.provenance());
        origin.putAll(provenance);
        try {
            return new CompressedModel(
                    network,
                    chosen,
                    new ModelMetadata(dataset, classes, pixels, origin),
                    tensors,
                    null);
        } catch (IllegalArgumentException e) {
            throw new MalformedModelException(
                    "the weights make no sound model: " + e.getMessage(),
                    SafetensorsReader.PREFIX_BYTES,
                    e);
        }
    }

    private static Map<String, float[]> dense(SafetensorsFile file, Network network)
            throws MalformedModelException {
        Map<String, TensorEntry> entries = entries(file);
        Map<String, float[]> tensors = new HashMap<>();
        for (Map.Entry<String, List<Integer>> expected :
                CompressedModel.expectedTensors(network, Variant.DENSE).entrySet()) {
            String name = expected.getKey();
            @Nullable TensorEntry entry = entries.remove(name);
            if (entry == null) {
                throw new MalformedModelException(
                        "tensor '"
                                + name
                                + "' of "
                                + network.architecture()
                                + " is missing; check architecture and input shape",
                        SafetensorsReader.PREFIX_BYTES);
            }
            if (!entry.shape().equals(expected.getValue())) {
                throw new MalformedModelException(
                        "shape of tensor '"
                                + name
                                + "' was '"
                                + entry.shape()
                                + "' but "
                                + network.architecture()
                                + " for input "
                                + network.input()
                                + " and "
                                + network.classes()
                                + " classes demands "
                                + expected.getValue()
                                + "; check architecture, input shape and labels",
                        entry.offset());
            }
            tensors.put(name, file.floats(entry));
        }
        if (!entries.isEmpty()) {
            TensorEntry left = entries.values().iterator().next();
            throw new MalformedModelException(
                    "tensor '"
                            + left.name()
                            + "' is not part of "
                            + network.architecture()
                            + "; check the architecture or remove the tensor",
                    left.offset());
        }
        return tensors;
    }

    private static Map<String, TensorEntry> entries(SafetensorsFile file)
            throws MalformedModelException {
        Map<String, TensorEntry> entries = new TreeMap<>();
        for (TensorEntry entry : file.tensors().values()) {
            if (entry.name().endsWith(IGNORED_SUFFIX)) {
                continue;
            }
            String name =
                    entry.name().startsWith(PARALLEL_PREFIX)
                            ? entry.name().substring(PARALLEL_PREFIX.length())
                            : entry.name();
            if (entries.putIfAbsent(name, entry) != null) {
                throw new MalformedModelException(
                        "tensor '" + name + "' was there with and without 'module.'; remove one",
                        entry.offset());
            }
        }
        return entries;
    }

    private static void pack(Map<String, float[]> tensors, Network network, Variant variant)
            throws MalformedModelException {
        if (variant.isDense()) {
            return;
        }
        int sparseLayers = 0;
        for (ConvolutionLayer layer : network.convolutions()) {
            if (!layer.sparse()) {
                continue;
            }
            String name = layer.name() + ".weight";
            try {
                LayerSupports supports =
                        variant.over(sparseLayers++, layer.filters(), layer.inChannels());
                tensors.computeIfPresent(
                        name, (key, values) -> KernelPacking.pack(supports, values));
            } catch (IllegalArgumentException e) {
                throw new MalformedModelException(
                        "layer '"
                                + layer.name()
                                + "' does not fit variant '"
                                + variant
                                + "': "
                                + e.getMessage()
                                + "; name the variant that the weights were trained with",
                        SafetensorsReader.PREFIX_BYTES,
                        e);
            }
        }
    }

    private static <T> T given(String what, @Nullable T value, String advice) {
        if (value == null) {
            throw new IllegalArgumentException(
                    what + " was not given and the file does not say it; " + advice);
        }
        return value;
    }

    /** Collects what an import needs to know. */
    public static final class Builder {
        private @Nullable String architecture;
        private @Nullable FeatureShape input;
        private @Nullable String dataset;
        private @Nullable Variant variant;
        private @Nullable List<String> labels;
        private @Nullable Normalisation normalisation;
        private Map<String, String> provenance = Map.of();
        private ReadLimits limits = ReadLimits.DEFAULT;

        private Builder() {}

        /** Sets the network's name, one of {@link Architectures#names}. */
        public Builder setArchitecture(String name) {
            this.architecture = name;
            return this;
        }

        /** Sets the shape of one image. */
        public Builder setInput(FeatureShape shape) {
            this.input = shape;
            return this;
        }

        /** Sets what the model was trained on, for example {@code cifar10}. */
        public Builder setDataset(String name) {
            this.dataset = name;
            return this;
        }

        /** Says the variant in place of the file. */
        public Builder optVariant(@Nullable Variant given) {
            this.variant = given;
            return this;
        }

        /** Says the class names in place of the file, in the order of the logits. */
        public Builder optLabels(@Nullable List<String> given) {
            this.labels = given == null ? null : List.copyOf(given);
            return this;
        }

        /** Says the normalisation in place of the file. */
        public Builder optNormalisation(@Nullable Normalisation given) {
            this.normalisation = given;
            return this;
        }

        /** Adds to the provenance that the file states; the same key wins over the file's. */
        public Builder optProvenance(Map<String, String> given) {
            this.provenance = Map.copyOf(given);
            return this;
        }

        /** Sets other limits than {@link ReadLimits#DEFAULT}. */
        public Builder optLimits(ReadLimits given) {
            this.limits = given;
            return this;
        }

        /**
         * Makes the importer.
         *
         * @throws IllegalArgumentException if architecture, input shape or data set is not set
         */
        public DenseImporter build() {
            return new DenseImporter(this);
        }
    }
}
