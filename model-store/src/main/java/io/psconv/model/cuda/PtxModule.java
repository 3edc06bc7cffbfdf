package io.psconv.model.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The kernels as PTX, which the driver compiles for its device when it loads them.
 *
 * <p>{@code src/main/cuda/compile.sh} makes the file from {@code psconv.cu}, whose SHA-256 its
 * first line states. It is for PTX ISA 7.0 and {@code sm_80}: drivers of CUDA 11.0 and later,
 * devices of compute capability 8.0 and later.
 */
final class PtxModule {
    private static final String PORTABLE = "psconv.ptx";
    private static final Pattern DIGEST =
            Pattern.compile("// psconv\\.cu sha256 (?<digest>[0-9a-f]{64})\\R.*", Pattern.DOTALL);

    private PtxModule() {}

    /** The module for all devices; without a terminating zero byte. */
    static byte[] portable() {
        try (InputStream stream = PtxModule.class.getResourceAsStream(PORTABLE)) {
            if (stream == null) {
                throw new IllegalStateException(
                        "resource '"
                                + PORTABLE
                                + "' is not beside class "
                                + PtxModule.class.getName()
                                + "; the jar is incomplete, build it again");
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SHA-256 of the source that {@link #portable} was made of, in hexadecimal digits. */
    static String sourceDigest() {
        Matcher matcher = DIGEST.matcher(new String(portable(), StandardCharsets.US_ASCII));
        if (!matcher.matches()) {
            throw new IllegalStateException(
                    "resource '"
                            + PORTABLE
                            + "' does not state its source's digest; run"
                            + " src/main/cuda/compile.sh");
        }
        return matcher.group("digest");
    }
}
