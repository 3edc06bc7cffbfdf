package io.psconv.model.training;

/**
 * Makes a training engine that another package has, found by {@link java.util.ServiceLoader}.
 *
 * <p>A provider itself needs nothing but this project's classes: whether the library behind its
 * engine is there, it says when it is asked for the engine.
 */
public interface TrainingEngineProvider {
    /** Name of the engine in options and records. */
    String name();

    /**
     * Makes the engine.
     *
     * @throws IllegalStateException if the engine's library is not on the class path; the message
     *     says which artefact to add
     */
    TrainingEngine create();
}
