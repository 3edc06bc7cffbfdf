package io.psconv.tests.djl;

import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import io.psconv.model.dataset.DataSets;
import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.dataset.Split;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.InferenceEngines;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.ModelFileReader;
import io.psconv.model.network.FeatureShape;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The bundled models and images, and what our own engine makes of them. */
final class Bundled {
    static final Path FOLDER = Path.of(System.getProperty("psconv.root", ".."), "model-store");
    static final Path SPARSE = FOLDER.resolve("zoo/resnet18-psd1_p16");
    static final Path SMALL = FOLDER.resolve("zoo/resnet20-dense/1");

    private static final FeatureShape CIFAR = new FeatureShape(3, 32, 32);

    private Bundled() {}

    static LabelledImages images(int count) throws Exception {
        return DataSets.open(FOLDER.resolve("samples"), CIFAR, List.of(), Split.TEST).first(count);
    }

    /** Every image as a program would hand it to DJL. */
    static List<Image> pictures(LabelledImages images) {
        return IntStream.range(0, images.count())
                .mapToObj(image -> picture(images.pixels(image), 32, 32))
                .toList();
    }

    /** A picture of CHW pixels. */
    static Image picture(byte[] pixels, int height, int width) {
        int plane = height * width;
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < plane; pixel++) {
            int red = pixels[pixel] & 0xff;
            int green = pixels[plane + pixel] & 0xff;
            int blue = pixels[2 * plane + pixel] & 0xff;
            image.setRGB(pixel % width, pixel / width, red << 16 | green << 8 | blue);
        }
        return ImageFactory.getInstance().fromImage(image);
    }

    /** Normalised CHW input of every image. */
    static List<float[]> inputs(LabelledImages images, CompressedModel model) {
        float[][] tables = images.tables(model.metadata().normalisation());
        List<float[]> inputs = new ArrayList<>();
        for (int image = 0; image < images.count(); image++) {
            float[] input = new float[CIFAR.length()];
            images.copyInput(image, tables, input, 0);
            inputs.add(input);
        }
        return inputs;
    }

    static CompressedModel read(Path version) throws Exception {
        return new ModelFileReader().read(version.resolve("model.safetensors"));
    }

    /** Logits of every input by the product's own interface, one image at a time. */
    static List<float[]> logits(CompressedModel model, List<float[]> inputs) {
        List<float[]> logits = new ArrayList<>();
        try (LoadedModel loaded = InferenceEngines.choose("jvm", "auto", true).load(model);
                Classifier classifier = loaded.newClassifier(1)) {
            for (float[] input : inputs) {
                float[] made = new float[model.network().classes()];
                classifier.classify(input, 1, made);
                logits.add(made);
            }
        }
        return logits;
    }

    static List<Double> probabilities(float[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        List<Double> probabilities = new ArrayList<>();
        for (float logit : logits) {
            probabilities.add(Math.exp(logit - largest) / sum);
        }
        return probabilities;
    }
}
