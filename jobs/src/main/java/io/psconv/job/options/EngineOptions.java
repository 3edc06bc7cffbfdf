package io.psconv.job.options;

/**
 * What runs the network.
 *
 * @param engine the engine
 * @param requireVector whether to fail where the JVM lacks the vector module
 * @param convolution loops of the JVM engine
 */
public record EngineOptions(Engine engine, boolean requireVector, Convolution convolution) {
    /** What runs the network. */
    public enum Engine {
        /** The best there is; never a dense peer. */
        AUTO,
        /** The pSConv engine of this JVM. */
        JVM,
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
