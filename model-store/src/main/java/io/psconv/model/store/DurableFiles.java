package io.psconv.model.store;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Files and folders that survive a power cut once a method here has returned. */
public final class DurableFiles {
    // Elsewhere a folder cannot be opened, and renames are journalled without being asked.
    private static final boolean FOLDERS_CAN_BE_FORCED =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private DurableFiles() {}

    /** Writes a new file and forces it to the device. */
    static void write(Path path, byte[] content) throws IOException {
        try (FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    /**
     * Puts a file in place of another, or of none: at any moment there is the one or the other,
     * whole. One process at a time may write a file.
     *
     * @param content writes what the file is to hold
     * @throws IOException if the folder of {@code path} cannot be written; an earlier file stays as
     *     it was then
     */
    public static void replace(Path path, Content content) throws IOException {
        Path file = path.toAbsolutePath();
        Path temporary = file.resolveSibling("." + file.getFileName() + ".writing");
        try (FileChannel channel =
                        FileChannel.open(
                                temporary,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING,
                                StandardOpenOption.WRITE);
                OutputStream out =
                        new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)) {
            content.write(out);
            out.flush();
            channel.force(true);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        @Nullable Path folder = file.getParent();
        if (folder != null) {
            forceFolder(folder);
        }
    }

    /** Forces the entries of a folder, its renames and new files, to the device. */
    static void forceFolder(Path folder) throws IOException {
        if (!FOLDERS_CAN_BE_FORCED) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Deletes a folder and what is in it, if it is there. */
    static void deleteTree(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> tree = Files.walk(folder)) {
            deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }

    /** What a file is to hold. */
    public interface Content {
        /** Writes it and leaves the stream open. */
        void write(OutputStream out) throws IOException;
    }
}
