package io.psconv.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Frames to send, read one after the other from where they lie. */
sealed interface FrameFiles extends AutoCloseable {
    /** The frames of a folder, by name, or of a motion-JPEG file. */
    static FrameFiles open(Path path) throws IOException {
        return Files.isDirectory(path) ? new Folder(path) : new Clip(path);
    }

    /** The next frame, or null after the last. */
    @Nullable StoredFrame next() throws IOException;

    @Override
    void close() throws IOException;

    /**
     * A frame.
     *
     * @param contentType its media type
     * @param bytes the encoded image
     */
    record StoredFrame(String contentType, byte[] bytes) {}

    /** How many frames there are, at least 1. */
    static long count(Path path) throws IOException {
        try (FrameFiles files = open(path)) {
            if (files instanceof Folder folder) {
                return folder.files.size();
            }
            long count = 0;
            while (files.next() != null) {
                count++;
            }
            if (count == 0) {
                throw new IllegalArgumentException(
                        "'" + path + "' has no JPEG frame; it must be a motion-JPEG file");
            }
            return count;
        }
    }

    /** Images of a folder in the order of their names. */
    final class Folder implements FrameFiles {
        private static final Map<String, String> CONTENT_TYPES =
                Map.of(
                        "jpg", "image/jpeg",
                        "jpeg", "image/jpeg",
                        "png", "image/png",
                        "bmp", "image/bmp",
                        "gif", "image/gif");

        private final List<Path> files;
        private int next;

        Folder(Path folder) throws IOException {
            try (Stream<Path> entries = Files.list(folder)) {
                files =
                        entries.filter(f -> contentType(f) != null && Files.isRegularFile(f))
                                .sorted()
                                .toList();
            }
            if (files.isEmpty()) {
                throw new IllegalArgumentException(
                        "'"
                                + folder
                                + "' has no images; they must end in .jpg, .jpeg, .png, .bmp or"
                                + " .gif");
            }
        }

        private static @Nullable String contentType(Path file) {
            String name = file.toString();
            String extension = name.substring(name.lastIndexOf('.') + 1);
            return CONTENT_TYPES.get(extension.toLowerCase(Locale.ROOT));
        }

        @Override
        public @Nullable StoredFrame next() throws IOException {
            if (next == files.size()) {
                return null;
            }
            Path file = files.get(next++);
            String type = contentType(file);
            return type == null ? null : new StoredFrame(type, Files.readAllBytes(file));
        }

        @Override
        public void close() {}
    }

    /** Frames of a motion-JPEG file. */
    final class Clip implements FrameFiles {
        private final MotionJpeg frames;

        Clip(Path file) throws IOException {
            frames = new MotionJpeg(Files.newInputStream(file));
        }

        @Override
        public @Nullable StoredFrame next() throws IOException {
            byte @Nullable [] bytes = frames.next();
            return bytes == null ? null : new StoredFrame("image/jpeg", bytes);
        }

        @Override
        public void close() throws IOException {
            frames.close();
        }
    }
}
