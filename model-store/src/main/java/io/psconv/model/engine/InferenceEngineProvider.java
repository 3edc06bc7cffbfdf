package io.psconv.model.engine;

import java.util.Map;

/**
 * Makes an engine that another package has, found by {@link java.util.ServiceLoader}.
 *
 * <p>A provider itself needs nothing but this project's classes: whether the library behind its
 * engine is there, it says when it is asked for the engine.
 */
public interface InferenceEngineProvider {
    /** Name of the engine in options and records. */
    String name();

    /**
     * Makes the engine.
     *
     * @param threads threads that one batch may use, at least 1
     * @throws IllegalStateException if the engine's library is not on the class path; the message
     *     says which artefact to add
     */
    InferenceEngine create(int threads);

    /**
     * Makes the engine with options of its own.
     *
     * @param options by name, see {@link EngineSpec}
     * @throws IllegalArgumentException if it has no such option or value
     * @throws IllegalStateException as above
     */
    default InferenceEngine create(int threads, Map<String, String> options) {
        if (!options.isEmpty()) {
            throw new IllegalArgumentException(
                    "options of engine '" + name() + "' were " + options + " but it has none");
        }
        return create(threads);
    }
}
