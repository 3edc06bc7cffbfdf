package io.psconv.model.dataset;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.psconv.model.format.Normalisation;
import io.psconv.model.network.FeatureShape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a network learns from and what it is judged by, with the same classes in the same order.
 *
 * @param name of the data set, {@code cifar10}, {@code tiny-imagenet} or the folder's
 * @param train images of at least two classes, all labelled
 * @param test images, all labelled, of no class that {@code train} has no image of
 */
public record TrainingSets(String name, LabelledImages train, LabelledImages test) {
    private static final Pattern IMAGENET_CLASS = Pattern.compile("n\\d{8}");
    private static final Normalisation CIFAR10 =
            new Normalisation(
                    List.of(0.4914f, 0.4822f, 0.4465f), List.of(0.2023f, 0.1994f, 0.2010f));
    private static final Normalisation IMAGENET =
            new Normalisation(List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f));
    private static final double ROUNDING = 1e4;

    public TrainingSets {
        if (!train.shape().equals(test.shape()) || !train.classes().equals(test.classes())) {
            throw new IllegalArgumentException(
                    "training and test images were of "
                            + train.shape()
                            + " and "
                            + test.shape()
                            + ", "
                            + train.classes().size()
                            + " and "
                            + test.classes().size()
                            + " classes, but shapes and classes must agree");
        }
        long[] learned = counts("training", train);
        long[] judged = counts("test", test);
        if (Arrays.stream(learned).filter(count -> count > 0).count() < 2) {
            throw new IllegalArgumentException(
                    "the training images were all of one class but there must be two or more; give"
                            + " a folder with a sub-folder of images for each class");
        }
        for (int label = 0; label < judged.length; label++) {
            if (judged[label] > 0 && learned[label] == 0) {
                throw new IllegalArgumentException(
                        "class '"
                                + train.classes().get(label)
                                + "' has "
                                + judged[label]
                                + " test images but no training image; add some, or remove it");
            }
        }
    }

    /**
     * Reads both parts of a data set.
     *
     * @param path as {@link DataSets#open} takes it
     * @param shape that images are brought to
     * @param validation share of the images to split off, above 0 and below 1, where the data have
     *     no test part; null where they have one
     * @param seed of the split
     * @throws IOException if the data cannot be read or are not as their form demands
     * @throws IllegalArgumentException if there is no such data set, if there is a test part and a
     *     share is given or neither, if an image has no label, if there is one class only, or if a
     *     test image is of a class that no training image has
     */
    public static TrainingSets open(
            Path path, FeatureShape shape, @Nullable Double validation, long seed)
            throws IOException {
        boolean judges = DataSets.hasTestPart(path);
        if (judges && validation != null) {
            throw new IllegalArgumentException(
                    "validation share was '"
                            + validation
                            + "' but '"
                            + path
                            + "' has a test part already; leave the share out");
        }
        LabelledImages train = DataSets.open(path, shape, List.of(), Split.TRAIN);
        if (!judges && validation == null) {
            throw new IllegalArgumentException(
                    "'"
                            + path
                            + "' has no test part (batches named test or val, or a folder or"
                            + " archive of that name); say which share of the images to split off,"
                            + " for example 0.1");
        }
        String name = name(path, train);
        if (validation != null) {
            return split(name, train, validation, seed);
        }
        return new TrainingSets(
                name, train, DataSets.open(path, shape, train.classes(), Split.TEST));
    }

    /**
     * Splits test images off, the same share of every class.
     *
     * @param share above 0 and below 1; of each class with two images or more at least one is split
     *     off and one stays
     */
    static TrainingSets split(String name, LabelledImages all, double share, long seed) {
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException(
                    "validation share was '" + share + "' but it must be above 0 and below 1");
        }
        long[] counts = counts("training", all);
        int[] judging = new int[counts.length];
        for (int label = 0; label < counts.length; label++) {
            long most = Math.max(0, counts[label] - 1);
            judging[label] = (int) Math.min(most, Math.max(1, Math.round(share * counts[label])));
        }
        int[] order = shuffled(all.count(), seed);
        boolean[] taken = new boolean[all.count()];
        int test = 0;
        for (int image : order) {
            if (judging[all.label(image)]-- > 0) {
                taken[image] = true;
                test++;
            }
        }
        if (test == 0) {
            throw new IllegalArgumentException(
                    "the data set has '"
                            + all.count()
                            + "' images but some class must have two, so that one can be split off");
        }
        int[] kept = new int[all.count() - test];
        int[] split = new int[test];
        int keptSoFar = 0;
        int splitSoFar = 0;
        for (int image = 0; image < taken.length; image++) {
            if (taken[image]) {
                split[splitSoFar++] = image;
            } else {
                kept[keptSoFar++] = image;
            }
        }
        return new TrainingSets(name, all.subset(kept), all.subset(split));
    }

    private static int[] shuffled(int count, long seed) {
        int[] order = new int[count];
        Random random = new Random(seed);
        for (int index = 0; index < count; index++) {
            int other = random.nextInt(index + 1);
            order[index] = order[other];
            order[other] = index;
        }
        return order;
    }

    private static long[] counts(String part, LabelledImages images) {
        long[] counts = new long[images.classes().size()];
        for (int index = 0; index < images.count(); index++) {
            if (images.label(index) == LabelledImages.UNLABELLED) {
                throw new IllegalArgumentException(
                        "image "
                                + index
                                + " of the "
                                + part
                                + " images has no label; put the *.labels files beside the"
                                + " batches, or the images into a sub-folder for each class");
            }
            counts[images.label(index)]++;
        }
        return counts;
    }

    private static String name(Path path, LabelledImages train) {
        if (isCifar10(train)) {
            return "cifar10";
        }
        if (isTinyImageNet(train)) {
            return "tiny-imagenet";
        }
        @Nullable Path file = path.toAbsolutePath().normalize().getFileName();
        String name = file == null ? "images" : file.toString().toLowerCase(Locale.ROOT);
        return name.replaceAll("[^a-z0-9._-]+", "-").replaceAll("^[^a-z0-9]+|-+$", "");
    }

    private static boolean isCifar10(LabelledImages images) {
        return images.classes().equals(DataSets.CIFAR10_CLASSES);
    }

    private static boolean isTinyImageNet(LabelledImages images) {
        return images.classes().stream().allMatch(name -> IMAGENET_CLASS.matcher(name).matches());
    }

    /** The same images with their classes in another order. */
    public TrainingSets withClasses(List<String> order) {
        return new TrainingSets(name, train.withClasses(order), test.withClasses(order));
    }

    /**
     * How these images are normalised: for CIFAR-10 and ImageNet as published, for others by mean
     * and standard deviation of the training images, rounded to four places.
     */
    public Normalisation normalisation() {
        if (isCifar10(train)) {
            return CIFAR10;
        }
        return isTinyImageNet(train) ? IMAGENET : measured(train);
    }

    private static Normalisation measured(LabelledImages images) {
        int channels = images.shape().channels();
        int plane = images.shape().height() * images.shape().width();
        long[][] histogram = new long[channels][256];
        byte[] pixels = new byte[images.shape().length()];
        for (int image = 0; image < images.count(); image++) {
            images.copyPixels(image, pixels, 0);
            for (int index = 0; index < pixels.length; index++) {
                histogram[index / plane][pixels[index] & 0xff]++;
            }
        }
        Float[] mean = new Float[channels];
        Float[] deviation = new Float[channels];
        for (int channel = 0; channel < channels; channel++) {
            double count = (double) images.count() * plane;
            double sum = 0;
            double squares = 0;
            for (int value = 0; value < 256; value++) {
                double unit = value / 255.0;
                sum += histogram[channel][value] * unit;
                squares += histogram[channel][value] * unit * unit;
            }
            double variance = Math.max(0, squares / count - sum / count * (sum / count));
            mean[channel] = rounded(sum / count);
            // Images of one colour have none; one is as good as another then.
            float spread = rounded(Math.sqrt(variance));
            deviation[channel] = spread > 0 ? spread : 1f;
        }
        return new Normalisation(List.of(mean), List.of(deviation));
    }

    private static float rounded(double value) {
        return (float) (Math.round(value * ROUNDING) / ROUNDING);
    }

    /** SHA-256 over shape, classes, pixels and labels of both parts, in hexadecimal digits. */
    public String digest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest(train, digest);
            digest(test, digest);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256, but this one", e);
        }
    }

    private static void digest(LabelledImages images, MessageDigest digest) {
        digest.update((images.shape() + " " + images.classes() + "\n").getBytes(UTF_8));
        byte[] pixels = new byte[images.shape().length()];
        byte[] label = new byte[Integer.BYTES];
        for (int image = 0; image < images.count(); image++) {
            images.copyPixels(image, pixels, 0);
            digest.update(pixels);
            ByteBuffer.wrap(label).putInt(images.label(image));
            digest.update(label);
        }
    }
}
