package io.psconv.model.dataset;

import io.psconv.model.network.FeatureShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads a folder with one sub-folder of images for each class.
 *
 * <p>Images are ordered by class, then file name. One of another size than the model's is stretched
 * to it by area average. Files that are not images by their ending are passed over.
 */
final class ImageFolder {
    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "bmp", "gif");
    private static final long MAX_PIXELS = 1L << 24;
    private static final int CHANNELS = 3;

    /** Where Tiny ImageNet keeps the training images of a class. */
    private static final String NESTED = "images";

    private ImageFolder() {}

    /** Names of the sub-folders, sorted; hidden ones are passed over. */
    static List<String> classNames(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory)
                    .map(entry -> entry.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    static LabelledImages read(Path folder, FeatureShape shape, List<String> classes)
            throws IOException {
        checkChannels(shape);
        for (String name : classNames(folder)) {
            if (!classes.contains(name)) {
                throw new IOException(
                        "'"
                                + folder
                                + "' had a sub-folder '"
                                + name
                                + "' but sub-folders must be named for a class of "
                                + classes);
            }
        }
        List<List<Path>> filesByClass = new ArrayList<>();
        long count = 0;
        for (String name : classes) {
            List<Path> files = images(folder.resolve(name));
            filesByClass.add(files);
            count += files.size();
        }
        ImageSetBuilder images = new ImageSetBuilder(shape, classes, count);
        for (int label = 0; label < classes.size(); label++) {
            for (Path file : filesByClass.get(label)) {
                PlanarImage.of(ImageFile.decode(file, MAX_PIXELS))
                        .resizeTo(shape, images.pixels(), images.nextOffset());
                images.add(label);
            }
        }
        return images.build();
    }

    static void checkChannels(FeatureShape shape) {
        if (shape.channels() != CHANNELS) {
            throw new IllegalArgumentException(
                    "input shape was '"
                            + shape
                            + "' but images are read with 3 channels; choose a model for them");
        }
    }

    /** Those of a folder, or of its only sub-folder where that is called {@code images}. */
    private static List<Path> images(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> images =
                    entries.filter(file -> isImage(file.getFileName().toString()))
                            .sorted()
                            .toList();
            Path below = folder.resolve(NESTED);
            return images.isEmpty() && Files.isDirectory(below) ? images(below) : images;
        }
    }

    /** Whether a file is an image by its ending. */
    static boolean isImage(String fileName) {
        String name = fileName.toLowerCase(Locale.ROOT);
        return !name.startsWith(".") && ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
    }
}
