package io.psconv.model.engine;

import io.psconv.model.convolution.ConvolutionForms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the engine that classifies.
 *
 * <p>Beside the JVM engine there are those of the {@link InferenceEngineProvider}s: dense peers,
 * which give the same answers within rounding. {@code auto} is never one of them.
 */
public final class InferenceEngines {
    private static final String AUTO = "auto";

    /** There with the driver. */
    private static final Path NVIDIA = Path.of("/dev/nvidiactl");

    private static final Logger LOG = LoggerFactory.getLogger(InferenceEngines.class);

    /** A peer's batch uses the thread that asks for it, as the JVM engine's does. */
    private static final int THREADS = 1;

    private InferenceEngines() {}

    /** What {@link #choose} takes. */
    public static List<String> names() {
        List<String> names = new ArrayList<>(List.of(AUTO, JvmEngine.NAME));
        providers().forEach(provider -> names.add(provider.name()));
        return List.copyOf(names);
    }

    /**
     * Picks an engine by name.
     *
     * @param engine an engine's name, with options of its own behind it as in {@link EngineSpec},
     *     or {@code auto} for the JVM engine, whose answers are the same bits on every machine
     * @param convolution form of the JVM engine's convolutions, see {@link ConvolutionForms#choose}
     * @param requireVector whether the JVM engine may not fall back to the scalar form
     * @throws IllegalArgumentException if there is no such engine or form
     * @throws IllegalStateException if this JVM cannot run what was named
     */
    public static InferenceEngine choose(String engine, String convolution, boolean requireVector) {
        EngineSpec spec = EngineSpec.parse(engine);
        String name = spec.name();
        if (name.equals(AUTO) && Files.exists(NVIDIA)) {
            LOG.info("there is an NVIDIA device, which classify.engine cuda would use");
        }
        if (name.equals(AUTO) || name.equals(JvmEngine.NAME)) {
            if (!spec.options().isEmpty()) {
                throw new IllegalArgumentException(
                        "engine was '" + engine + "' but " + name + " has no options of its own");
            }
            return new JvmEngine(ConvolutionForms.choose(convolution, requireVector));
        }
        for (InferenceEngineProvider provider : providers()) {
            if (provider.name().equals(name)) {
                return provider.create(THREADS, spec.options());
            }
        }
        throw new IllegalArgumentException(
                "engine was '" + engine + "' but it must be one of " + names());
    }

    /** Found beside this class, which on a cluster is not where the job's own classes are. */
    private static ServiceLoader<InferenceEngineProvider> providers() {
        return ServiceLoader.load(
                InferenceEngineProvider.class, InferenceEngines.class.getClassLoader());
    }
}
