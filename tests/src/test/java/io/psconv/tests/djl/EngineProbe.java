package io.psconv.tests.djl;

import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import java.nio.file.Path;

/**
 * A program of its own, run by {@link EngineChoiceTest} with a class path of a few jars.
 *
 * <p>Says in lines of {@code key=value} what DJL offers there, and what the engine makes of a
 * picture.
 */
final class EngineProbe {
    private static final String PYTORCH = "ai.djl.pytorch.engine.PtEngine";

    private EngineProbe() {}

    /**
     * Runs the probe.
     *
     * @param arguments model, picture
     */
    public static void main(String[] arguments) throws Exception {
        say("pytorch", isThere(PYTORCH) ? "there" : "missing");
        say("engines", String.join(",", Engine.getAllEngines().stream().sorted().toList()));
        say("default", Engine.getDefaultEngineName());
        Criteria<Image, Classifications> criteria =
                Criteria.builder()
                        .setTypes(Image.class, Classifications.class)
                        .optEngine("pSConv")
                        .optModelPath(Path.of(arguments[0]))
                        .optOption("requireVector", "true")
                        .build();
        try (ZooModel<Image, Classifications> model = criteria.loadModel();
                Predictor<Image, Classifications> predictor = model.newPredictor()) {
            Image picture = ImageFactory.getInstance().fromFile(Path.of(arguments[1]));
            Classifications made = predictor.predict(picture);
            say("best", made.best().getClassName());
            say("probabilities", made.getProbabilities().toString());
        }
    }

    private static boolean isThere(String name) {
        try {
            Class.forName(name, false, EngineProbe.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static void say(String key, String value) {
        System.out.println(key + "=" + value);
    }
}
