package io.psconv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;

class CommandOutputTest {
    @Test
    void nothingIsMissingWhereAllWasWritten() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CommandOutput output = new CommandOutput(bytes);

        PrintWriter writer = output.writer();
        writer.println("a table");
        writer.flush();

        assertThat(output.missing()).isNull();
        assertThat(bytes.toString(Charset.defaultCharset())).startsWith("a table");
    }

    @Test
    void saysWhatAFullDiskLeftOut() {
        CommandOutput output = new CommandOutput(failing("No space left on device"));

        output.writer().println("a table");

        assertThat(output.missing()).isEqualTo("No space left on device");
    }

    /** As {@code | head -1} does. */
    @Test
    void aReaderThatWantsNoMoreIsNoFailure() {
        CommandOutput output = new CommandOutput(failing("Broken pipe"));

        output.writer().println("a table");

        assertThat(output.missing()).isNull();
    }

    private static OutputStream failing(String why) {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException(why);
            }
        };
    }
}
