package io.psconv.layout;

import java.util.Locale;

/** What a cluster has only if it is asked for. */
public enum Extra {
    /** A dense peer: ONNX Runtime. */
    ONNXRUNTIME,
    /** A dense peer: PyTorch on the CPU, through DJL. */
    DJL_PYTORCH,
    /** Flink's driver that finds NVIDIA devices, for the CUDA engine. */
    EXTERNAL_RESOURCE_GPU,
    /** High availability by Kubernetes itself. */
    KUBERNETES,
    /** Flink's own metrics for Prometheus. */
    PROMETHEUS,
    /** Checkpoints and savepoints at {@code s3://}. */
    S3,
    /** Flink SQL with models of ours; its client and its gateway lie in {@code opt/}. */
    SQL;

    /** Whether Flink loads it from {@code plugins/}. */
    boolean isPlugin() {
        return this == S3 || this == PROMETHEUS || this == EXTERNAL_RESOURCE_GPU;
    }

    /** Its name in options, for example {@code djl-pytorch}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
