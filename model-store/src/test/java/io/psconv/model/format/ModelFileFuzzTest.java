package io.psconv.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged model files are refused by one exception, or read as another sound model. */
class ModelFileFuzzTest {
    private final ModelFileReader reader = new ModelFileReader();
    private final byte[] sound =
            new ModelFileWriter().toBytes(SampleModels.resnet20("PSD1_P16").withGolden(null));
    private final int headerLength =
            (int) ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).getLong();

    @Test
    void survivesFlippedBytesInTheHeader() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int trial = 0; trial < 1500; trial++) {
            byte[] damaged = sound.clone();
            int flips = 1 + random.nextInt(4);
            for (int flip = 0; flip < flips; flip++) {
                damaged[random.nextInt(8 + headerLength)] = (byte) random.nextInt();
            }
            assertRefusedOrRead(damaged, seed, trial);
        }
    }

    @Test
    void survivesDigitsChangedInTheHeader() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int trial = 0; trial < 1000; trial++) {
            byte[] damaged = sound.clone();
            int at = 8 + random.nextInt(headerLength);
            while (damaged[at] < '0' || damaged[at] > '9') {
                at = 8 + random.nextInt(headerLength);
            }
            damaged[at] = (byte) "0123456789-.eE ".charAt(random.nextInt(15));
            assertRefusedOrRead(damaged, seed, trial);
        }
    }

    @Test
    void survivesFlippedBytesInTheData() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int trial = 0; trial < 500; trial++) {
            byte[] damaged = sound.clone();
            for (int flip = 0; flip < 8; flip++) {
                damaged[8 + headerLength + random.nextInt(sound.length - 8 - headerLength)] =
                        (byte) random.nextInt();
            }
            assertRefusedOrRead(damaged, seed, trial);
        }
    }

    @Test
    void survivesRandomBytesBehindAPlausibleLength() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int trial = 0; trial < 1000; trial++) {
            byte[] damaged = new byte[8 + random.nextInt(200)];
            random.nextBytes(damaged);
            ByteBuffer.wrap(damaged)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(random.nextInt(damaged.length));
            if (damaged.length > 8) {
                damaged[8] = '{';
            }
            assertRefusedOrRead(damaged, seed, trial);
        }
    }

    private void assertRefusedOrRead(byte[] damaged, long seed, int trial) {
        long before = AllocatedBytes.now();
        try {
            assertThat(reader.read(damaged)).isNotNull();
        } catch (MalformedModelException e) {
            assertThat(e.offset()).isBetween(0L, (long) damaged.length);
            assertThat(e).hasMessageContaining(" ");
        } catch (RuntimeException | Error e) {
            fail("seed %d, trial %d".formatted(seed, trial), e);
        }
        // The sound file takes about 2 MB: header text, layer descriptions and weights.
        assertThat(AllocatedBytes.now() - before)
                .as("bytes allocated; seed %d, trial %d", seed, trial)
                .isLessThan(16L << 20);
    }
}
