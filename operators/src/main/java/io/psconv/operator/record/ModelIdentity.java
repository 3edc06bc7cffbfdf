package io.psconv.operator.record;

/**
 * Which model made a classification.
 *
 * @param name name in the store, for example {@code resnet18-psd1_p16}
 * @param version version in the store, from 1
 * @param digest SHA-256 of the model file, 64 lower-case hexadecimal digits
 * @param variant the supports of its sparse layers, for example {@code PSD1_P16}
 * @param engine what ran it, for example {@code jvm}
 */
public record ModelIdentity(
        String name, int version, String digest, String variant, String engine) {}
