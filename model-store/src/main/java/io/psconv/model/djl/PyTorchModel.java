package io.psconv.model.djl;

import ai.djl.Model;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.export.TorchScriptForm;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.pattern.Variant;

/**
 * A TorchScript module, which any number of threads may run at once.
 *
 * <p>Keeps the {@link Model}, not its block: a block alone does not keep the native module alive.
 */
final class PyTorchModel implements LoadedModel {
    private final String engine;
    private final TorchScriptForm form;
    private final CompressedModel model;
    private final Model module;

    PyTorchModel(String engine, TorchScriptForm form, CompressedModel model, Model module) {
        this.engine = engine;
        this.form = form;
        this.model = model;
        this.module = module;
    }

    @Override
    public CompressedModel model() {
        return model;
    }

    @Override
    public String engine() {
        return engine;
    }

    @Override
    public Variant executedVariant() {
        return form == TorchScriptForm.DENSE ? Variant.DENSE : model.variant();
    }

    @Override
    public Classifier newClassifier(int maxBatch) {
        return new PyTorchClassifier(model.network(), module, maxBatch);
    }

    @Override
    public void close() {
        module.close();
    }
}
