package io.psconv.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A file that is written when long work has ended: before it begins is when to say it cannot be.
 */
final class OutputFile implements ITypeConverter<Path> {
    @Override
    public Path convert(String text) {
        if (text.isBlank()) {
            throw refused(text, "is no file's name");
        }
        Path file;
        try {
            file = Path.of(text);
        } catch (InvalidPathException e) {
            throw refused(text, "is no file's name: " + e.getReason());
        }
        if (Files.isDirectory(file)) {
            throw refused(text, "is a folder; name a file");
        }
        @Nullable Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw refused(text, "cannot be written: there is no folder '" + folder + "'");
        }
        boolean writable =
                Files.exists(file)
                        ? Files.isWritable(file)
                        : folder == null || Files.isWritable(folder);
        if (!writable) {
            throw refused(text, "may not be written");
        }
        return file;
    }

    private static TypeConversionException refused(String text, String why) {
        return new TypeConversionException("'" + text + "' " + why);
    }
}
