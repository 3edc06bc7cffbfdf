package io.psconv.operator.device;

import io.psconv.model.engine.EngineSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.api.common.functions.RuntimeContext;

/**
 * The NVIDIA devices that Flink's external-resource framework gave a task manager.
 *
 * <p>Flink hands every subtask the whole task manager's set, so it is the engine, in the classes
 * that all jobs of a process share, that spreads subtasks over it.
 */
public final class GpuResources {
    /** Option of the engine {@code cuda}: indexes with {@code +} between them. */
    public static final String DEVICES = "devices";

    /** Name of the resource in Flink's configuration, {@code external-resources: gpu}. */
    public static final String RESOURCE = "gpu";

    private static final String ENGINE = "cuda";

    /** What Flink's own driver for GPUs calls a device's place in nvidia-smi's list. */
    private static final String INDEX = "index";

    private GpuResources() {}

    /**
     * Tells an engine which devices are the task manager's, unless it was told.
     *
     * @param engine as {@link EngineSpec} has it
     * @return the same for other engines, and where Flink has no such resource
     * @throws IllegalStateException if a device of the resource has no index
     */
    public static String engine(String engine, RuntimeContext context) {
        EngineSpec spec = EngineSpec.parse(engine);
        if (!spec.name().equals(ENGINE) || spec.options().containsKey(DEVICES)) {
            return engine;
        }
        return engine(spec, context.getExternalResourceInfos(RESOURCE));
    }

    /** Adds the indexes of some devices, if there are any. */
    static String engine(EngineSpec spec, Set<ExternalResourceInfo> devices) {
        List<Integer> indexes = indexes(devices);
        if (indexes.isEmpty()) {
            return spec.toString();
        }
        Map<String, String> options = new TreeMap<>(spec.options());
        options.put(
                DEVICES, indexes.stream().map(String::valueOf).collect(Collectors.joining("+")));
        return new EngineSpec(spec.name(), options).toString();
    }

    /** Whether an engine computes on such devices. */
    public static boolean isUsedBy(String engine) {
        return EngineSpec.parse(engine).name().equals(ENGINE);
    }

    private static List<Integer> indexes(Set<ExternalResourceInfo> devices) {
        List<Integer> indexes = new ArrayList<>();
        for (ExternalResourceInfo device : devices) {
            Optional<String> index = device.getProperty(INDEX);
            try {
                indexes.add(Integer.valueOf(index.orElse("").strip()));
            } catch (NumberFormatException e) {
                throw new IllegalStateException(
                        "property '"
                                + INDEX
                                + "' of a device of Flink's external resource '"
                                + RESOURCE
                                + "' was '"
                                + index.orElse("missing")
                                + "' but it must be a place in nvidia-smi's list; its driver must be"
                                + " Flink's GPUDriverFactory, or set classify.cuda.devices",
                        e);
            }
        }
        return indexes.stream().sorted().distinct().toList();
    }
}
