package io.psconv.job.options;

import io.psconv.model.engine.EngineSpec;
import io.psconv.operator.device.GpuResources;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What runs the network.
 *
 * @param engine the engine
 * @param requireVector whether to fail where the JVM lacks the vector module
 * @param convolution loops of the JVM engine
 * @param cudaPrecision of the engine on NVIDIA devices
 * @param cudaDevices indexes with {@code ,} or {@code +} between them, or {@link #AUTO_DEVICES}
 */
public record EngineOptions(
        Engine engine,
        boolean requireVector,
        Convolution convolution,
        CudaPrecision cudaPrecision,
        String cudaDevices) {
    /** Devices of the task manager's resources, or all there are. */
    public static final String AUTO_DEVICES = "auto";

    private static final Pattern DEVICES = Pattern.compile("auto|\\d{1,4}([,+]\\d{1,4})*");

    public EngineOptions {
        if (!DEVICES.matcher(cudaDevices).matches()) {
            throw new IllegalArgumentException(
                    ClassifyConfigOptions.CLASSIFY_CUDA_DEVICES.key()
                            + " was '"
                            + cudaDevices
                            + "' but it must be auto, an index as nvidia-smi has it, such as 0, or"
                            + " several, such as 0,2");
        }
        cudaDevices = cudaDevices.replace(',', '+');
    }

    /** The engine's name with what it is told besides, see {@link EngineSpec}. */
    public String spec() {
        if (engine != Engine.CUDA) {
            return engine.toString();
        }
        Map<String, String> options = new TreeMap<>();
        options.put("precision", cudaPrecision.toString());
        if (!cudaDevices.equals(AUTO_DEVICES)) {
            options.put(GpuResources.DEVICES, cudaDevices);
        }
        return new EngineSpec(engine.toString(), options).toString();
    }

    /** What runs the network. */
    public enum Engine {
        /** The one of this JVM, whose answers are the same bits on every machine. */
        AUTO,
        /** The pSConv engine of this JVM. */
        JVM,
        /** The pSConv engine on NVIDIA devices. */
        CUDA,
        /** ONNX Runtime on the dense network. */
        ONNXRUNTIME,
        /** PyTorch on the dense network, through DJL. */
        DJL_PYTORCH,
        /** PyTorch on the network with its sparse layers as grouped convolutions, through DJL. */
        DJL_PYTORCH_GROUPED;

        /** Whether DJL's PyTorch must be on the class path. */
        public boolean needsPyTorch() {
            return this == DJL_PYTORCH || this == DJL_PYTORCH_GROUPED;
        }

        @Override
        public String toString() {
            return NamedChoice.of(this);
        }
    }

    /** What the engine on NVIDIA devices holds weights and feature maps in. */
    public enum CudaPrecision {
        /** Half precision, sums in single precision. */
        FP16,
        /** Single precision. */
        FP32;

        @Override
        public String toString() {
            return NamedChoice.of(this);
        }
    }

    /** Loops of the JVM engine. */
    public enum Convolution {
        /** The vector loops where the JVM has them. */
        AUTO,
        /** The vector loops, or none. */
        VECTOR,
        /** The plain loops. */
        SCALAR;

        @Override
        public String toString() {
            return NamedChoice.of(this);
        }
    }
}
