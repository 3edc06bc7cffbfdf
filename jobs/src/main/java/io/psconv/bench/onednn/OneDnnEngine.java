package io.psconv.bench.onednn;

import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/**
 * Runs networks densely with oneDNN, each layer with what follows it fused into one primitive.
 *
 * <p>A yardstick, not one of the engines that jobs choose from: what a processor's vendor makes of
 * a dense network. It computes with as many threads as the environment variable {@code
 * OMP_NUM_THREADS} says, for which reason it has to be set before the JVM starts.
 */
public final class OneDnnEngine implements InferenceEngine {
    /** Name of this engine in rows. */
    public static final String NAME = "onednn";

    private static final String THREADS = "OMP_NUM_THREADS";

    private final OneDnnPrecision precision;
    private final OneDnnLayout layout;

    /**
     * Makes the engine.
     *
     * @throws IllegalArgumentException for 8 bits in another layout than NHWC
     * @throws IllegalStateException if the processor does not multiply in that precision
     * @throws UnsatisfiedLinkError if the native library is not on the class path
     */
    public OneDnnEngine(OneDnnPrecision precision, OneDnnLayout layout) {
        if (precision == OneDnnPrecision.INT8 && layout != OneDnnLayout.NHWC) {
            throw new IllegalArgumentException(
                    "layout was '" + layout.label() + "' but for int8 it must be nhwc");
        }
        this.precision = precision;
        this.layout = layout;
        Loader.load(dnnl.class);
        if (precision == OneDnnPrecision.BF16 && !multipliesBf16()) {
            throw new IllegalStateException(
                    "this processor has no bf16 multiplication, oneDNN would convert to fp32");
        }
    }

    /** Threads that oneDNN computes with in this process. */
    public static int threads() {
        @Nullable String named = System.getenv(THREADS);
        if (named != null && named.strip().matches("[1-9]\\d{0,5}")) {
            return Integer.parseInt(named.strip());
        }
        return Runtime.getRuntime().availableProcessors();
    }

    /**
     * The layout whose blocks are as long as this processor's vectors; of eight channels where it
     * is not known.
     *
     * @throws UnsatisfiedLinkError if the native library is not on the class path
     */
    public static OneDnnLayout blocked() {
        Loader.load(dnnl.class);
        return isX86() && has(dnnl.dnnl_cpu_isa_avx512_core)
                ? OneDnnLayout.BLOCKED_16
                : OneDnnLayout.BLOCKED_8;
    }

    private static boolean multipliesBf16() {
        return !isX86() || has(dnnl.dnnl_cpu_isa_avx512_core_bf16);
    }

    private static boolean isX86() {
        return Loader.getPlatform().endsWith("x86_64");
    }

    private static boolean has(int instructions) {
        return (dnnl.dnnl_get_effective_cpu_isa() & instructions) == instructions;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public LoadedModel load(CompressedModel model) {
        return new OneDnnModel(model, precision, layout);
    }
}
