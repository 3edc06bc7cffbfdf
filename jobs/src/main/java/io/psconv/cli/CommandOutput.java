package io.psconv.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/**
 * Standard output, which keeps what its writer does not tell: that not all of it could be written.
 */
final class CommandOutput extends FilterOutputStream {
    private @Nullable IOException failure;

    CommandOutput(OutputStream stream) {
        super(stream);
    }

    static CommandOutput standard() {
        return new CommandOutput(new FileOutputStream(FileDescriptor.out));
    }

    PrintWriter writer() {
        return new PrintWriter(this, true, Charset.defaultCharset());
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        try {
            out.write(bytes, from, length);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    /** Why something is missing; null where all was written, or where the reader wanted no more. */
    @Nullable String missing() {
        if (failure == null) {
            return null;
        }
        String why = String.valueOf(failure.getMessage());
        return why.contains("Broken pipe") ? null : why;
    }
}
