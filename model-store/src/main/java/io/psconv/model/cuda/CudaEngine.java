package io.psconv.model.cuda;

import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * Runs networks on NVIDIA devices with kernels of our own, reading stored weights only.
 *
 * <p>Answers agree with the JVM engine's within rounding, in half precision within a hundredth of
 * their norm, and do not depend on batch or device of one kind. A model lies once on each device
 * that has a classifier of it; its classifiers spread over the devices.
 */
final class CudaEngine implements InferenceEngine {
    /** Name of this engine in options and records. */
    static final String NAME = "cuda";

    private final CudaDevices devices;
    private final CudaSettings settings;
    private final BiFunction<CompressedModel, Precision, NetworkPrograms> compiler;

    /**
     * Makes the engine.
     *
     * @param compiler what makes programs of a model
     * @throws IllegalArgumentException if the settings name a device that is not there
     */
    CudaEngine(
            CudaDevices devices,
            CudaSettings settings,
            BiFunction<CompressedModel, Precision, NetworkPrograms> compiler) {
        this.devices = devices;
        this.settings = new CudaSettings(settings.precision(), devices.indexes(settings.devices()));
        this.compiler = compiler;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String placement() {
        return NAME + " " + CudaSettings.label(settings.precision()) + " " + settings.devices();
    }

    @Override
    public String description() {
        return "CUDA "
                + devices.driver().versionText()
                + ", "
                + settings.devices().stream()
                        .map(index -> devices.all().get(index).toString())
                        .collect(Collectors.joining(", "));
    }

    @Override
    public List<String> deviceAddresses() {
        return settings.devices().stream()
                .map(index -> devices.all().get(index).pciBusId())
                .toList();
    }

    @Override
    public LoadedModel load(CompressedModel model) {
        return new CudaModel(model, devices, settings, compiler.apply(model, settings.precision()));
    }
}
