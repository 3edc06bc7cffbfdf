package io.psconv.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A file or folder by its name, which must not be empty: an empty path would be this folder. */
final class NamedPath implements ITypeConverter<Path> {
    @Override
    public Path convert(String text) {
        if (text.isBlank()) {
            throw refused(text, "is no file's or folder's name; . is this folder's");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw refused(text, "is no file's or folder's name: " + e.getReason());
        }
    }

    static TypeConversionException refused(String text, String why) {
        return new TypeConversionException("'" + text + "' " + why);
    }
}
