package io.psconv.model.dataset;

import io.psconv.model.network.FeatureShape;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;

/**
 * Reads images out of tar archives, plain or in gzip, without unpacking them to disk.
 *
 * <p>An image's class is the name of the folder it lies in, or of the one above where that is
 * called {@code images}. Images keep the order of the archives.
 */
final class ImageArchive {
    static final List<String> EXTENSIONS = List.of(".tar", ".tar.gz", ".tgz");

    private static final long MAX_PIXELS = 1L << 24;
    private static final String PLAIN = ".tar";
    private static final String UNLABELLING_FOLDER = "images";

    private ImageArchive() {}

    /** Names of the folders that images lie in, sorted. */
    static List<String> classNames(List<Path> archives) throws IOException {
        Set<String> names = new TreeSet<>();
        for (Path archive : archives) {
            visit(archive, (entry, tar) -> names.add(className(archive, entry)));
        }
        return List.copyOf(names);
    }

    static LabelledImages read(List<Path> archives, FeatureShape shape, List<String> classes)
            throws IOException {
        ImageFolder.checkChannels(shape);
        long[] count = new long[1];
        for (Path archive : archives) {
            visit(archive, (entry, tar) -> count[0]++);
        }
        ImageSetBuilder images = new ImageSetBuilder(shape, classes, count[0]);
        for (Path archive : archives) {
            visit(
                    archive,
                    (entry, tar) -> {
                        String where = archive + "' at '" + entry.name();
                        PlanarImage.of(ImageFile.decode(tar.content(), where, MAX_PIXELS))
                                .resizeTo(shape, images.pixels(), images.nextOffset());
                        images.add(label(archive, entry, classes));
                    });
        }
        return images.build();
    }

    private static int label(Path archive, TarEntry entry, List<String> classes)
            throws IOException {
        String name = className(archive, entry);
        int label = classes.indexOf(name);
        if (label < 0) {
            throw new IOException(
                    "'"
                            + archive
                            + "' had '"
                            + entry.name()
                            + "' but its folder '"
                            + name
                            + "' must be named for a class of "
                            + classes);
        }
        return label;
    }

    private static String className(Path archive, TarEntry entry) throws IOException {
        String[] parts = entry.name().split("/");
        int folder = parts.length - 2;
        if (folder >= 1 && parts[folder].equals(UNLABELLING_FOLDER)) {
            folder--;
        }
        if (folder < 0) {
            throw new IOException(
                    "'"
                            + archive
                            + "' had '"
                            + entry.name()
                            + "' but an image must lie in a folder named for its class");
        }
        return parts[folder];
    }

    private static void visit(Path archive, Visitor visitor) throws IOException {
        try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
                InputStream in =
                        archive.getFileName().toString().endsWith(PLAIN)
                                ? file
                                : new GZIPInputStream(file, 1 << 16)) {
            TarReader tar = new TarReader(archive, in);
            while (tar.next()) {
                if (ImageFolder.isImage(tar.entry().fileName())) {
                    visitor.visit(tar.entry(), tar);
                }
            }
        }
    }

    private interface Visitor {
        void visit(TarEntry entry, TarReader tar) throws IOException;
    }
}
