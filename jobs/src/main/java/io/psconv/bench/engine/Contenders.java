package io.psconv.bench.engine;

import io.psconv.bench.onednn.OneDnnEngine;
import io.psconv.bench.onednn.OneDnnLayout;
import io.psconv.bench.onednn.OneDnnPrecision;
import io.psconv.model.convolution.ConvolutionForm;
import io.psconv.model.djl.PyTorchEngine;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.InferenceEngineProvider;
import io.psconv.model.engine.JvmEngine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engines that can be measured here, and why the others cannot.
 *
 * @param ours run every variant
 * @param peers run dense networks; the class path decides which are there
 */
record Contenders(List<Contender> ours, List<Contender> peers, List<Skipped> skipped) {
    private static final Logger LOG = LoggerFactory.getLogger(Contenders.class);

    static final String ONNX_RUNTIME = "onnxruntime";
    static final String PYTORCH = "djl-pytorch";
    static final String ONE_DNN = OneDnnEngine.NAME;

    static final String CUDA = "cuda";

    /** PyTorch by itself, dense on an NVIDIA device; measured beside {@link #CUDA}. */
    static final String TORCH_CUDA = "torch-cuda";

    /** Engines by the names that rows call them by. */
    static final List<String> NAMES = List.of(JvmEngine.NAME, CUDA, ONNX_RUNTIME, PYTORCH, ONE_DNN);

    private static final List<String> CUDA_PRECISIONS = List.of("fp16", Subject.FP32);

    static Contenders of(BenchPlan plan, ConvolutionForm form, Executor executor) {
        List<Skipped> skipped = new ArrayList<>();
        List<Contender> peers = new ArrayList<>();
        Map<String, InferenceEngineProvider> providers = providers();
        for (String name : List.of(ONNX_RUNTIME, PYTORCH)) {
            if (plan.engines().contains(name)) {
                add(name, providers.get(name), plan.threads(), peers, skipped);
            }
        }
        if (plan.engines().contains(ONE_DNN)) {
            addOneDnn(plan.threads(), peers, skipped);
        }
        List<Contender> ours = new ArrayList<>();
        if (plan.engines().contains(JvmEngine.NAME)) {
            for (int threads : plan.threads()) {
                ours.add(
                        new Contender(
                                JvmEngine.NAME,
                                Subject.FP32,
                                threads,
                                null,
                                new JvmEngine(form, executor, threads),
                                Contenders::claimNothing));
            }
        }
        if (plan.engines().contains(CUDA)) {
            addCuda(providers.get(CUDA), plan.threads().get(0), ours, skipped);
        }
        return new Contenders(List.copyOf(ours), List.copyOf(peers), List.copyOf(skipped));
    }

    private static void addCuda(
            @Nullable InferenceEngineProvider provider,
            int threads,
            List<Contender> ours,
            List<Skipped> skipped) {
        if (provider == null) {
            skipped.add(new Skipped(CUDA, "not on the class path"));
            return;
        }
        try {
            for (String precision : CUDA_PRECISIONS) {
                ours.add(
                        new Contender(
                                CUDA,
                                precision,
                                threads,
                                null,
                                provider.create(threads, Map.of("precision", precision)),
                                Contenders::claimNothing));
            }
        } catch (IllegalStateException e) {
            skipped.add(Skipped.of(CUDA, e));
        }
    }

    /** Most engines have threads of their own. */
    private static void claimNothing() {}

    /** Whether an engine computes beside the processor. */
    static boolean isOnDevice(String engine) {
        return engine.equals(CUDA) || engine.equals(TORCH_CUDA);
    }

    /** Whether our engine computes on an NVIDIA device. */
    boolean haveCuda() {
        return ours.stream().anyMatch(each -> each.engine().equals(CUDA));
    }

    private static void add(
            String name,
            @Nullable InferenceEngineProvider provider,
            List<Integer> threads,
            List<Contender> peers,
            List<Skipped> skipped) {
        if (provider == null) {
            skipped.add(new Skipped(name, "not on the class path"));
            return;
        }
        try {
            for (int each : threads) {
                peers.add(
                        new Contender(
                                name,
                                Subject.FP32,
                                each,
                                null,
                                provider.create(each),
                                name.equals(PYTORCH) && threads.size() > 1
                                        ? () -> PyTorchEngine.useThreads(each)
                                        : Contenders::claimNothing));
            }
        } catch (NoClassDefFoundError e) {
            skipped.add(new Skipped(name, "not on the class path: " + e.getMessage()));
        } catch (RuntimeException | LinkageError e) {
            skipped.add(Skipped.of(name, e));
        }
    }

    private static void addOneDnn(
            List<Integer> threads, List<Contender> peers, List<Skipped> skipped) {
        OneDnnLayout blocked;
        try {
            blocked = OneDnnEngine.blocked();
        } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
            LOG.debug("oneDNN cannot be loaded", e);
            skipped.add(new Skipped(ONE_DNN, "not on the class path"));
            return;
        }
        for (OneDnnPrecision precision : OneDnnPrecision.values()) {
            for (OneDnnLayout layout : layouts(precision, blocked)) {
                try {
                    OneDnnEngine engine = new OneDnnEngine(precision, layout);
                    for (int each : threads) {
                        peers.add(
                                new Contender(
                                        ONE_DNN,
                                        precision.label(),
                                        each,
                                        layout.label(),
                                        engine,
                                        () -> OneDnnEngine.useThreads(each)));
                    }
                } catch (RuntimeException e) {
                    skipped.add(Skipped.of(ONE_DNN + " " + precision.label(), e));
                    break;
                }
            }
        }
    }

    /** Those that came first somewhere; the fastest counts. */
    private static List<OneDnnLayout> layouts(OneDnnPrecision precision, OneDnnLayout blocked) {
        return switch (precision) {
            case FP32 -> List.of(OneDnnLayout.ANY, OneDnnLayout.NHWC, blocked);
            case BF16 -> List.of(OneDnnLayout.ANY);
            case INT8 -> List.of(OneDnnLayout.NHWC);
        };
    }

    private static Map<String, InferenceEngineProvider> providers() {
        Map<String, InferenceEngineProvider> providers = new LinkedHashMap<>();
        ServiceLoader.load(InferenceEngineProvider.class).stream()
                .forEach(
                        found -> {
                            try {
                                InferenceEngineProvider provider = found.get();
                                providers.putIfAbsent(provider.name(), provider);
                            } catch (ServiceConfigurationError | LinkageError e) {
                                // Its library is absent, so it is not among those found.
                                LOG.debug("engine {} cannot be made", found.type(), e);
                            }
                        });
        return providers;
    }

    /**
     * An engine in one of its ways to run.
     *
     * @param layout how it keeps its feature maps, where it leaves the choice, or null
     * @param claim sets what the engine keeps for the whole process, to run before it is used
     */
    record Contender(
            String engine,
            String precision,
            int threads,
            @Nullable String layout,
            InferenceEngine loader,
            Runnable claim) {}
}
