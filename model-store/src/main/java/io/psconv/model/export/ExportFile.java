package io.psconv.model.export;

import io.psconv.model.format.CompressedModel;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * An exported model as a file that is there whole or not at all.
 *
 * <p>It is written beside its place under a hidden name, forced to the device and renamed.
 */
public final class ExportFile {
    private ExportFile() {}

    /**
     * Writes a model to a file.
     *
     * @param replace whether a file of that name may be replaced; of a link the file behind it is
     * @return length of the file in bytes
     * @throws IOException if the file cannot be written
     * @throws IllegalArgumentException if there is such a file already and it may not be replaced,
     *     if it is a device, pipe or socket, or if the format cannot express the network
     */
    public static long write(
            ExportFormat format, CompressedModel model, String name, Path file, boolean replace)
            throws IOException {
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        Path folder = target.getParent();
        if (folder == null || Files.isDirectory(target)) {
            throw new IllegalArgumentException(
                    "output was '" + file + "' but that is a folder; name a file in it");
        }
        if (!Files.isDirectory(folder)) {
            throw new NoSuchFileException(folder.toString());
        }
        checkFree(file, replace);
        Path temporary = folder.resolve(".exporting-" + UUID.randomUUID());
        try {
            try (FileChannel channel =
                            FileChannel.open(
                                    temporary,
                                    StandardOpenOption.CREATE_NEW,
                                    StandardOpenOption.WRITE);
                    OutputStream out =
                            new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)) {
                format.exporter().write(model, name, out);
                out.flush();
                channel.force(true);
            }
            long bytes = Files.size(temporary);
            checkFree(file, replace);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            return bytes;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void checkFree(Path file, boolean replace) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "output was '"
                            + file
                            + "' but that is a device, pipe or socket, which would be lost;"
                            + " name a file");
        }
        if (!replace && Files.exists(file)) {
            throw new IllegalArgumentException(
                    "output was '"
                            + file
                            + "' but that file exists; name another, or allow it to be replaced");
        }
    }
}
