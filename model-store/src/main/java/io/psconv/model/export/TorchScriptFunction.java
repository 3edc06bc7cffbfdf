package io.psconv.model.export;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A TorchScript module without parameters that applies one expression to a tensor: the way to those
 * of PyTorch's operators that a binding leaves out.
 */
public final class TorchScriptFunction {
    private static final String CLASS = "Function";

    private TorchScriptFunction() {}

    /**
     * Writes the archive.
     *
     * @param expression TorchScript of the tensor {@code input}, for example {@code
     *     torch.relu(input)}
     */
    public static byte[] archive(String expression) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (StoredZip zip = new StoredZip(out)) {
            String root = TorchScriptExporter.ROOT;
            zip.add(root + "data.pkl", attributes());
            zip.add(root + "byteorder", "little");
            zip.add(root + "code/" + TorchScriptCode.PACKAGE + ".py", source(expression));
            zip.add(root + "constants.pkl", new Pickler().emptyTuple().stop());
            zip.add(root + "version", TorchScriptExporter.FORMAT_VERSION);
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to be written", e);
        }
        return out.toByteArray();
    }

    private static String source(String expression) {
        return String.join(
                "\n",
                "class " + CLASS + "(Module):",
                "  __parameters__ = []",
                "  __buffers__ = []",
                "  training : bool",
                "  def forward(self: " + TorchScriptCode.PACKAGE + "." + CLASS + ",",
                "    " + ModelExporter.INPUT + ": Tensor) -> Tensor:",
                "    return " + expression,
                "");
    }

    private static byte[] attributes() {
        return new Pickler()
                .global(TorchScriptCode.PACKAGE, CLASS)
                .emptyTuple()
                .newObject()
                .emptyDict()
                .mark()
                .text("training")
                .bool(false)
                .setItems()
                .build()
                .stop();
    }
}
