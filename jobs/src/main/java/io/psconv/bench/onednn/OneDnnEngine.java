package io.psconv.bench.onednn;

import com.sun.jna.Function;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Runs networks densely with oneDNN, each layer with what follows it fused into one primitive.
 *
 * <p>A yardstick, not one of the engines that jobs choose from: what a processor's vendor makes of
 * a dense network. Its threads are OpenMP's, see {@link #useThreads}.
 */
public final class OneDnnEngine implements InferenceEngine {
    /** Name of this engine in rows. */
    public static final String NAME = "onednn";

    private static final String SET_THREADS = "omp_set_num_threads";

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

    /**
     * Sets how many threads compute what the calling thread loads and classifies from now on.
     *
     * @throws UnsatisfiedLinkError if the native library is not on the class path, or computes
     *     without OpenMP
     */
    public static void useThreads(int threads) {
        Loader.load(dnnl.class);
        @Nullable Pointer function = Loader.addressof(SET_THREADS);
        if (function == null) {
            throw new UnsatisfiedLinkError(
                    "oneDNN was loaded without '" + SET_THREADS + "' of OpenMP");
        }
        Function.getFunction(new com.sun.jna.Pointer(function.address()))
                .invokeVoid(new Object[] {threads});
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
