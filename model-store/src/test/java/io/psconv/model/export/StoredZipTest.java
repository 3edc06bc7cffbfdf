package io.psconv.model.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.TimeZone;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

class StoredZipTest {
    @Test
    void beginsEveryContentAtAMultipleOfSixtyFour() throws IOException {
        byte[] archive = archive(200);
        for (int length = 0; length < 200; length++) {
            int at = indexOf(archive, content(length));
            assertThat(at % 64).as("offset of content %d", length).isZero();
        }
    }

    @Test
    void isReadBackByOthers() throws IOException {
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive(70)))) {
            for (int length = 0; length < 70; length++) {
                ZipEntry entry = zip.getNextEntry();
                assertThat(entry).isNotNull();
                assertThat(entry.getName()).isEqualTo("folder/entry" + length);
                assertThat(entry.getMethod()).isEqualTo(ZipEntry.STORED);
                assertThat(zip.readAllBytes()).isEqualTo(content(length));
            }
            assertThat(zip.getNextEntry()).isNull();
        }
    }

    @Test
    void isTheSameInEveryTimeZone() throws IOException {
        TimeZone before = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
            byte[] there = archive(3);
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Pago_Pago"));
            assertThat(archive(3)).isEqualTo(there);
        } finally {
            TimeZone.setDefault(before);
        }
    }

    @Test
    void leavesTheStreamBelowOpen() throws IOException {
        ByteArrayOutputStream out =
                new ByteArrayOutputStream() {
                    @Override
                    public void close() {
                        throw new IllegalStateException("closed");
                    }
                };
        try (StoredZip zip = new StoredZip(out)) {
            zip.add("version", "3\n");
        }
        assertThat(out.size()).isGreaterThan(64);
    }

    private static byte[] archive(int entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (StoredZip zip = new StoredZip(out)) {
            for (int length = 0; length < entries; length++) {
                zip.add("folder/entry" + length, content(length));
            }
        }
        return out.toByteArray();
    }

    /** Unlike any other and of its own length. */
    private static byte[] content(int length) {
        return ("<" + length + ">" + "x".repeat(length)).getBytes(StandardCharsets.US_ASCII);
    }

    private static int indexOf(byte[] archive, byte[] content) {
        String text = new String(archive, StandardCharsets.ISO_8859_1);
        int at = text.indexOf(new String(content, StandardCharsets.ISO_8859_1));
        assertThat(at).isNotNegative();
        return at;
    }
}
