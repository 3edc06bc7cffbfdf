package io.psconv.bench.engine;

import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Network;

/**
 * A network to measure.
 *
 * @param name as it was asked for
 */
public record BenchNetwork(String name, Network network) {
    /** Marks a network for Tiny ImageNet: 3×64×64, 200 classes. */
    private static final String TINY = "-tiny";

    private static final FeatureShape TINY_INPUT = new FeatureShape(3, 64, 64);
    private static final int TINY_CLASSES = 200;

    /**
     * Finds a network.
     *
     * @param name an architecture, perhaps with {@code -tiny} behind it
     * @param input shape of an image, for names without {@code -tiny}
     * @param classes likewise
     * @throws IllegalArgumentException if there is no such network
     */
    public static BenchNetwork of(String name, FeatureShape input, int classes) {
        boolean tiny = name.endsWith(TINY);
        String architecture = tiny ? name.substring(0, name.length() - TINY.length()) : name;
        if (!Architectures.names().contains(architecture)) {
            throw new IllegalArgumentException(
                    "network was '"
                            + name
                            + "' but it must be one of "
                            + Architectures.names()
                            + ", for Tiny ImageNet with "
                            + TINY
                            + " behind it");
        }
        return new BenchNetwork(
                name,
                Architectures.create(
                        architecture, tiny ? TINY_INPUT : input, tiny ? TINY_CLASSES : classes));
    }
}
