package io.psconv.model.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class PtxModuleTest {
    private static final Path SOURCE = Path.of("src", "main", "cuda", "psconv.cu");

    @Test
    void isMadeOfTheSourceBesideIt() throws IOException, NoSuchAlgorithmException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(SOURCE));

        assertThat(PtxModule.sourceDigest())
                .as("source of the checked-in PTX; run src/main/cuda/compile.sh after a change")
                .isEqualTo(HexFormat.of().formatHex(digest));
    }

    @Test
    void asksForTheOldestIsaAndDeviceThatHaveItsInstructions() {
        String ptx = new String(PtxModule.portable(), StandardCharsets.US_ASCII);

        assertThat(ptx).contains("\n.version 7.0\n.target sm_80\n.address_size 64\n");
    }
}
