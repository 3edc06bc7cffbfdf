package io.psconv.operator.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FatalErrorsTest {
    @Test
    void whatIsNotFatalIsLeftToTheCaller() {
        assertThatCode(
                        () -> {
                            FatalErrors.endProcessOn(null);
                            FatalErrors.endProcessOn(new IllegalStateException("out of memory"));
                            FatalErrors.endProcessOn(new OutOfMemoryError());
                        })
                .doesNotThrowAnyException();
    }

    @Test
    void aLostDeviceEndsTheProcess() throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Loser.class.getName())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        // As Flink ends: -17.
        assertThat(process.exitValue()).as(said).isEqualTo(239);
    }

    /** Loses a device on a thread that nobody looks at. */
    static final class Loser {
        private Loser() {}

        public static void main(String[] arguments) throws InterruptedException {
            Thread thread =
                    new Thread(() -> FatalErrors.endProcessOn(new InternalError("device lost")));
            thread.start();
            thread.join();
        }
    }
}
