package io.psconv.model.training;

import java.util.List;
import java.util.ServiceLoader;

/**
 * Chooses the engine that computes gradients, among those of the {@link TrainingEngineProvider}s.
 */
public final class TrainingEngines {
    private TrainingEngines() {}

    /** What {@link #choose} takes, sorted. */
    public static List<String> names() {
        return providers().stream()
                .map(provider -> provider.get().name())
                .sorted()
                .distinct()
                .toList();
    }

    /**
     * Picks an engine by name.
     *
     * @throws IllegalArgumentException if there is no such engine; the message lists them
     * @throws IllegalStateException if this JVM cannot run what was named
     */
    public static TrainingEngine choose(String name) {
        return providers().stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "engine was '"
                                                + name
                                                + "' but it must be one of "
                                                + names()))
                .create();
    }

    private static List<ServiceLoader.Provider<TrainingEngineProvider>> providers() {
        return ServiceLoader.load(
                        TrainingEngineProvider.class, TrainingEngines.class.getClassLoader())
                .stream()
                .toList();
    }
}
