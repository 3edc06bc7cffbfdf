package io.psconv.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;

/**
 * A file that is written when long work has ended: before it begins is when to say it cannot be.
 */
final class OutputFile implements ITypeConverter<Path> {
    @Override
    public Path convert(String text) {
        Path file = new NamedPath().convert(text);
        if (Files.isDirectory(file)) {
            throw NamedPath.refused(text, "is a folder; name a file");
        }
        @Nullable Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw NamedPath.refused(text, "cannot be written: there is no folder '" + folder + "'");
        }
        boolean writable =
                Files.exists(file)
                        ? Files.isWritable(file)
                        : folder == null || Files.isWritable(folder);
        if (!writable) {
            throw NamedPath.refused(text, "may not be written");
        }
        return file;
    }
}
