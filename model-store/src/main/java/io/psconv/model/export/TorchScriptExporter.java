package io.psconv.model.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.psconv.model.format.CompressedModel;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.util.Map;

/**
 * Writes TorchScript archives, format version 3, which every libtorch since 1.6 reads.
 *
 * <p>An archive is a zip of uncompressed entries: the source of one module, a pickle of its
 * attributes, and the attributes' values, aligned to 64 bytes. What the model is lies in the extra
 * file {@value #EXTRA_FILE}, a JSON object; {@code torch.jit.load} gives it out through {@code
 * _extra_files}. Needs no PyTorch. Immutable and safe to share.
 */
public final class TorchScriptExporter implements ModelExporter {
    /** Name of the extra file that describes the model. */
    public static final String EXTRA_FILE = "psconv.json";

    static final String ROOT = "psconv/";
    static final String FORMAT_VERSION = "3\n";

    private final TorchScriptForm form;

    /** Writes dense convolutions. */
    public TorchScriptExporter() {
        this(TorchScriptForm.DENSE);
    }

    /** Writes sparse convolutions in the given form. */
    public TorchScriptExporter(TorchScriptForm form) {
        this.form = form;
    }

    @Override
    public void write(CompressedModel model, String name, OutputStream out) throws IOException {
        TorchScriptCode code = new TorchScriptCode(model, form);
        try (StoredZip zip = new StoredZip(out)) {
            zip.add(ROOT + "data.pkl", attributes(code));
            zip.add(ROOT + "byteorder", "little");
            zip.add(ROOT + "code/" + TorchScriptCode.PACKAGE + ".py", code.source());
            int storage = 0;
            for (DenseTensor tensor : code.parameters().values()) {
                zip.add(ROOT + "data/" + storage++, tensor.littleEndian());
            }
            zip.add(ROOT + "constants.pkl", new Pickler().emptyTuple().stop());
            zip.add(ROOT + "extra/" + EXTRA_FILE, description(model, name));
            zip.add(ROOT + "version", FORMAT_VERSION);
        }
    }

    /** The module as an object whose state is a dictionary of its attributes. */
    private static byte[] attributes(TorchScriptCode code) {
        Pickler pickler = new Pickler();
        pickler.global(TorchScriptCode.PACKAGE, TorchScriptCode.CLASS).emptyTuple().newObject();
        pickler.emptyDict().mark();
        int storage = 0;
        for (Map.Entry<String, DenseTensor> parameter : code.parameters().entrySet()) {
            pickler.text(parameter.getKey());
            tensor(pickler, parameter.getValue(), storage++);
        }
        pickler.text("training").bool(false);
        return pickler.setItems().build().stop();
    }

    /**
     * A call of {@code _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks)}.
     */
    private static void tensor(Pickler pickler, DenseTensor tensor, int storage) {
        pickler.global("torch._utils", "_rebuild_tensor_v2").mark();
        pickler.mark()
                .text("storage")
                .global("torch", "FloatStorage")
                .text(Integer.toString(storage))
                .text("cpu")
                .number(tensor.values().length)
                .tuple()
                .persistentId();
        pickler.number(0).numbers(tensor.shape()).numbers(tensor.strides()).bool(false);
        pickler.global("collections", "OrderedDict").emptyTuple().reduce();
        pickler.tuple().reduce();
    }

    private static String description(CompressedModel model, String name) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter().writeStartObject();
            for (Map.Entry<String, String> property :
                    ExportDescription.properties(model, name).entrySet()) {
                json.writeStringField(property.getKey(), property.getValue());
            }
            json.writeEndObject();
        }
        return text.toString();
    }
}
