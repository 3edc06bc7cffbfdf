package io.psconv.model.dataset;

import io.psconv.model.network.FeatureShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Opens a data set in whichever of four forms it is kept.
 *
 * <ul>
 *   <li>CIFAR-10 binary batches: {@code *.bin}, 3073 bytes an image;
 *   <li>stacked PNG: {@code *.png} as wide as an image, images top to bottom, channels stored as (R
 *       − G, G, B − G), labels in {@code *.labels} beside it;
 *   <li>a folder with one sub-folder of images for each class, or such a folder for each split,
 *       named {@code train} and {@code test} or {@code val};
 *   <li>tar archives, {@code *.tar}, {@code *.tar.gz} or {@code *.tgz}, of such folders.
 * </ul>
 *
 * <p>Of batches and archives, those whose name says "test" or starts with "val" are the test split,
 * the others the training split. A folder that holds batches in both forms is read as binary ones.
 */
public final class DataSets {
    /** Class names of CIFAR-10 in the order of its labels. */
    public static final List<String> CIFAR10_CLASSES =
            List.of(
                    "airplane",
                    "automobile",
                    "bird",
                    "cat",
                    "deer",
                    "dog",
                    "frog",
                    "horse",
                    "ship",
                    "truck");

    /** Folders of images to judge a network by. */
    private static final List<String> JUDGING = List.of("test", "val");

    private DataSets() {}

    /**
     * Reads a split of a data set into memory.
     *
     * @param path the folder, or one batch file, whose split is then taken to be right
     * @param shape of the model's input; batches must have it, images in folders are resized
     * @param classes names in the order of the model's logits; empty to take CIFAR-10's for batches
     *     and the sorted sub-folders for a folder of images
     * @throws IOException if the data cannot be read or is not as its form demands
     * @throws IllegalArgumentException if there is no data set, or none of this shape
     */
    public static LabelledImages open(
            Path path, FeatureShape shape, List<String> classes, Split split) throws IOException {
        if (Files.isRegularFile(path)) {
            return batch(path, shape, classes);
        }
        if (!Files.isDirectory(path)) {
            throw new IllegalArgumentException(
                    "data set was '" + path + "' but there is no such folder; correct the path");
        }
        List<Path> binary = files(path, CifarBinary.EXTENSION);
        if (!binary.isEmpty()) {
            return CifarBinary.read(of(split, path, binary), shape, orCifar(classes));
        }
        List<Path> stacked = files(path, StackedPng.EXTENSION);
        if (!stacked.isEmpty()) {
            return StackedPng.read(of(split, path, stacked), shape, orCifar(classes));
        }
        List<Path> archives = archives(path);
        return archives.isEmpty()
                ? folder(path, shape, classes, split)
                : archive(path, archives, shape, classes, split);
    }

    /**
     * Whether a data set says which of its images are to judge a network by.
     *
     * @throws IOException if the folder cannot be read
     */
    public static boolean hasTestPart(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return false;
        }
        List<Path> parts = files(path, CifarBinary.EXTENSION);
        if (parts.isEmpty()) {
            parts = files(path, StackedPng.EXTENSION);
        }
        if (parts.isEmpty()) {
            parts = archives(path);
        }
        if (!parts.isEmpty()) {
            return parts.stream().anyMatch(file -> Split.TEST.holds(file.getFileName().toString()));
        }
        List<String> names = ImageFolder.classNames(path);
        return names.contains("train") && names.stream().anyMatch(JUDGING::contains);
    }

    private static LabelledImages batch(Path file, FeatureShape shape, List<String> classes)
            throws IOException {
        String name = file.getFileName().toString();
        if (name.endsWith(CifarBinary.EXTENSION)) {
            return CifarBinary.read(List.of(file), shape, orCifar(classes));
        }
        if (name.endsWith(StackedPng.EXTENSION)) {
            return StackedPng.read(List.of(file), shape, orCifar(classes));
        }
        throw new IllegalArgumentException(
                "data set was '" + file + "' but a batch file must end in .bin or .png");
    }

    private static LabelledImages archive(
            Path path, List<Path> archives, FeatureShape shape, List<String> classes, Split split)
            throws IOException {
        List<Path> chosen = hasTestPart(path) ? of(split, path, archives) : archives;
        List<String> names = classes.isEmpty() ? ImageArchive.classNames(chosen) : classes;
        return ImageArchive.read(chosen, shape, names);
    }

    private static LabelledImages folder(
            Path path, FeatureShape shape, List<String> classes, Split split) throws IOException {
        List<String> names = ImageFolder.classNames(path);
        List<String> splits =
                names.stream()
                        .filter(name -> name.equals("train") || JUDGING.contains(name))
                        .filter(name -> !classes.contains(name))
                        .toList();
        Path chosen = path;
        if (!splits.isEmpty()) {
            chosen =
                    path.resolve(
                            splits.stream()
                                    .filter(split::holds)
                                    .findFirst()
                                    .orElseThrow(() -> noSplit(split, path, splits)));
            names = ImageFolder.classNames(chosen);
        }
        if (names.isEmpty()) {
            throw new IllegalArgumentException(
                    "data set was '"
                            + chosen
                            + "' but it must hold *.bin or *.png batches, or a sub-folder of images"
                            + " for each class");
        }
        return ImageFolder.read(chosen, shape, classes.isEmpty() ? names : classes);
    }

    private static List<Path> of(Split split, Path folder, List<Path> files) {
        List<Path> chosen =
                files.stream().filter(file -> split.holds(file.getFileName().toString())).toList();
        if (chosen.isEmpty()) {
            throw noSplit(
                    split, folder, files.stream().map(f -> f.getFileName().toString()).toList());
        }
        return chosen;
    }

    private static IllegalArgumentException noSplit(Split split, Path folder, List<String> there) {
        return new IllegalArgumentException(
                "split was '"
                        + split.name().toLowerCase(Locale.ROOT)
                        + "' but '"
                        + folder
                        + "' has only "
                        + there);
    }

    private static List<String> orCifar(List<String> classes) {
        return classes.isEmpty() ? CIFAR10_CLASSES : classes;
    }

    private static List<Path> archives(Path folder) throws IOException {
        List<Path> archives = new ArrayList<>();
        for (String extension : ImageArchive.EXTENSIONS) {
            archives.addAll(files(folder, extension));
        }
        return archives.stream().sorted().toList();
    }

    private static List<Path> files(Path folder, String extension) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().endsWith(extension))
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }
}
