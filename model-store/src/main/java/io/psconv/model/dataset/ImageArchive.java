package io.psconv.model.dataset;

import io.psconv.model.network.FeatureShape;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads images out of tar archives, plain or in gzip, without unpacking them to disk.
 *
 * <p>An image's class is the name of the folder it lies in, or of the one above where that is
 * called {@code images}. Images keep the order of the archives.
 */
final class ImageArchive {
    static final List<String> EXTENSIONS = List.of(".tar", ".tar.gz", ".tgz");

    private static final long MAX_PIXELS = 1L << 24;
    private static final long MAX_IMAGE_BYTES = 64L << 20;
    private static final String PLAIN = ".tar";
    private static final String UNLABELLING_FOLDER = "images";

    private ImageArchive() {}

    /** Names of the folders that images lie in, sorted. */
    static List<String> classNames(List<Path> archives) throws IOException {
        Set<String> names = new TreeSet<>();
        for (Path archive : archives) {
            visit(archive, (name, content) -> names.add(className(archive, name)));
        }
        return List.copyOf(names);
    }

    static LabelledImages read(List<Path> archives, FeatureShape shape, List<String> classes)
            throws IOException {
        ImageFolder.checkChannels(shape);
        long[] count = new long[1];
        for (Path archive : archives) {
            visit(archive, (name, content) -> count[0]++);
        }
        ImageSetBuilder images = new ImageSetBuilder(shape, classes, count[0]);
        for (Path archive : archives) {
            visit(
                    archive,
                    (name, content) -> {
                        String where = archive + "' at '" + name;
                        PlanarImage.of(ImageFile.decode(content.readAllBytes(), where, MAX_PIXELS))
                                .resizeTo(shape, images.pixels(), images.nextOffset());
                        images.add(label(archive, name, classes));
                    });
        }
        return images.build();
    }

    private static int label(Path archive, String entry, List<String> classes) throws IOException {
        String name = className(archive, entry);
        int label = classes.indexOf(name);
        if (label < 0) {
            throw new IOException(
                    "'"
                            + archive
                            + "' had '"
                            + entry
                            + "' but its folder '"
                            + name
                            + "' must be named for a class of "
                            + classes);
        }
        return label;
    }

    private static String className(Path archive, String entry) throws IOException {
        String[] parts = entry.split("/");
        int folder = parts.length - 2;
        if (folder >= 1 && parts[folder].equals(UNLABELLING_FOLDER)) {
            folder--;
        }
        if (folder < 0) {
            throw new IOException(
                    "'"
                            + archive
                            + "' had '"
                            + entry
                            + "' but an image must lie in a folder named for its class");
        }
        return parts[folder];
    }

    /** Shows a visitor every image's name and content. */
    private static void visit(Path archive, Visitor visitor) throws IOException {
        try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
                InputStream in =
                        archive.getFileName().toString().endsWith(PLAIN)
                                ? file
                                : new GZIPInputStream(file, 1 << 16);
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(in, StandardCharsets.UTF_8.name())) {
            int entries = 0;
            for (TarArchiveEntry entry = next(archive, tar);
                    entry != null;
                    entry = next(archive, tar)) {
                entries++;
                if (!entry.isDirectory() && ImageFolder.isImage(fileName(entry))) {
                    check(archive, entry);
                    try {
                        visitor.visit(entry.getName(), new ImageBytes(tar, entry.getSize()));
                    } catch (EOFException e) {
                        throw damaged(archive, e);
                    }
                }
            }
            if (entries == 0) {
                throw new IOException("'" + archive + "' holds no files; fetch or make it again");
            }
        }
    }

    private static @Nullable TarArchiveEntry next(Path archive, TarArchiveInputStream tar)
            throws IOException {
        try {
            return tar.getNextEntry();
        } catch (IOException | IllegalArgumentException e) {
            throw damaged(archive, e);
        }
    }

    private static IOException damaged(Path archive, Exception cause) {
        return new IOException(
                "'"
                        + archive
                        + "' is no whole tar archive ("
                        + cause.getMessage()
                        + "); fetch or make it again",
                cause);
    }

    private static String fileName(TarArchiveEntry entry) {
        return entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
    }

    private static void check(Path archive, TarArchiveEntry entry) throws IOException {
        if (!entry.isCheckSumOK()) {
            throw broken(archive, entry, "checksum", "another", "the sum of its header");
        }
        if (!entry.isFile() || entry.isLink() || entry.isSymbolicLink() || entry.isSparse()) {
            throw broken(
                    archive,
                    entry,
                    "type",
                    Character.toString((char) entry.getLinkFlag()),
                    "a plain file; make the archive with tar --dereference");
        }
        if (entry.getSize() > MAX_IMAGE_BYTES) {
            throw broken(
                    archive,
                    entry,
                    "size",
                    Long.toString(entry.getSize()),
                    "at most " + MAX_IMAGE_BYTES + " bytes");
        }
    }

    private static IOException broken(
            Path archive, TarArchiveEntry entry, String what, String was, String rule) {
        return new IOException(
                what
                        + " of '"
                        + entry.getName()
                        + "' in '"
                        + archive
                        + "' was '"
                        + was
                        + "' but it must be "
                        + rule);
    }

    /** The bytes of the entry that an archive stands at. */
    private record ImageBytes(TarArchiveInputStream tar, long size) {
        byte[] readAllBytes() throws IOException {
            byte[] bytes;
            try {
                bytes = tar.readNBytes((int) size);
            } catch (IOException e) {
                throw cutOff(e);
            }
            if (bytes.length < size) {
                throw cutOff(null);
            }
            return bytes;
        }

        private static EOFException cutOff(@Nullable IOException cause) {
            EOFException thrown = new EOFException("it ends too early");
            if (cause != null) {
                thrown.initCause(cause);
            }
            return thrown;
        }
    }

    private interface Visitor {
        void visit(String name, ImageBytes content) throws IOException;
    }
}
