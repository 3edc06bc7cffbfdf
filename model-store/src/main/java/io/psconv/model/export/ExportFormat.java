package io.psconv.model.export;

import java.util.Locale;

/** The file formats that a model can be exported in. */
public enum ExportFormat {
    /** ONNX, operator set 17. */
    ONNX(new OnnxExporter()),
    /** TorchScript, as {@code torch.jit.load} and libtorch read it. */
    TORCHSCRIPT(new TorchScriptExporter());

    @SuppressWarnings("ImmutableEnumChecker") // Exporters have no state.
    private final ModelExporter exporter;

    ExportFormat(ModelExporter exporter) {
        this.exporter = exporter;
    }

    /** Writes this format. */
    public ModelExporter exporter() {
        return exporter;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
