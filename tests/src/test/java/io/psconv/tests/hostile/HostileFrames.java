package io.psconv.tests.hostile;

import static io.psconv.tests.hostile.HostileFrame.damaged;
import static io.psconv.tests.hostile.HostileFrame.rejected;
import static io.psconv.tests.hostile.HostileFrame.sound;

import io.psconv.operator.record.RejectionReason;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A corpus of frames that are damaged, lying or meant to do harm; the same for a seed.
 *
 * <p>Bombs are built against {@link #MAX_PIXELS}: what declares no more is theirs to be decoded.
 */
public final class HostileFrames {
    /** Pixels that the decoder under test allows. */
    public static final int MAX_PIXELS = 1 << 22;

    private static final int SIDE = 40;
    private static final int TRUNCATED_EVERY = 64;
    private static final int FLIPS_PER_PICTURE = 60;

    private final Random random;
    private final List<HostileFrame> frames = new ArrayList<>();

    private HostileFrames(long seed) {
        this.random = new Random(seed);
    }

    /** The corpus of a seed. */
    public static List<HostileFrame> of(long seed) {
        HostileFrames corpus = new HostileFrames(seed);
        Map<String, byte[]> pictures = corpus.pictures();
        pictures.forEach((name, payload) -> corpus.frames.add(sound(name, payload)));
        pictures.forEach(corpus::truncate);
        pictures.forEach(corpus::flipBits);
        corpus.declareGiantSizes();
        corpus.addPngBombs();
        corpus.addJpegBombs();
        corpus.addGifBombs();
        corpus.addBitmapLies();
        corpus.addInks();
        corpus.mislabel();
        return List.copyOf(corpus.frames);
    }

    private Map<String, byte[]> pictures() {
        BufferedImage color = Pictures.picture(SIDE, SIDE, BufferedImage.TYPE_3BYTE_BGR, random);
        BufferedImage alpha = Pictures.picture(SIDE, SIDE, BufferedImage.TYPE_4BYTE_ABGR, random);
        BufferedImage grey = Pictures.picture(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY, random);
        BufferedImage few = Pictures.picture(SIDE, SIDE, BufferedImage.TYPE_BYTE_INDEXED, random);
        BufferedImage deep = Pictures.picture(SIDE, SIDE, BufferedImage.TYPE_USHORT_GRAY, random);
        Map<String, byte[]> pictures = new LinkedHashMap<>();
        pictures.put("JPEG", Pictures.encoded(color, "jpeg"));
        pictures.put("grey JPEG", Pictures.encoded(grey, "jpeg"));
        pictures.put("progressive JPEG", Pictures.encoded(color, "jpeg", true));
        pictures.put("PNG", Pictures.encoded(color, "png"));
        pictures.put("PNG with alpha", Pictures.encoded(alpha, "png"));
        pictures.put("PNG with palette", Pictures.encoded(few, "png"));
        pictures.put("grey PNG of 16 bits", Pictures.encoded(deep, "png"));
        pictures.put("PNG of 16 bits", Pictures.encoded(Pictures.wide(SIDE, random), "png"));
        pictures.put("interlaced PNG", Pictures.encoded(color, "png", true));
        pictures.put(
                "interlaced PNG of 16 bits",
                Pictures.encoded(Pictures.wide(SIDE, random), "png", true));
        pictures.put("BMP", Pictures.encoded(color, "bmp"));
        pictures.put("BMP with palette", Pictures.encoded(few, "bmp"));
        pictures.put("GIF", Pictures.encoded(few, "gif"));
        pictures.put("animated GIF", Pictures.animation(List.of(few, few, few)));
        pictures.put("JPEG with EXIF nonsense", withExifNonsense(pictures.get("JPEG")));
        return pictures;
    }

    private byte[] withExifNonsense(byte[] jpeg) {
        byte[] nonsense = new byte[3000];
        random.nextBytes(nonsense);
        byte[] exif = "Exif\0\0II*\0".getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(exif, 0, nonsense, 0, exif.length);
        return JpegParts.behindStart(jpeg, JpegParts.segment(0xe1, nonsense));
    }

    private void truncate(String name, byte[] picture) {
        for (int length = 0; length < picture.length; length += TRUNCATED_EVERY) {
            String what = name + " cut at " + length;
            byte[] payload = Arrays.copyOf(picture, length);
            frames.add(
                    length == 0
                            ? rejected(what, payload, RejectionReason.EMPTY)
                            : damaged(what, payload));
        }
    }

    private void flipBits(String name, byte[] picture) {
        for (int run = 0; run < FLIPS_PER_PICTURE; run++) {
            byte[] payload = picture.clone();
            int flips = 1 + random.nextInt(16);
            for (int flip = 0; flip < flips; flip++) {
                // Half of them near the start, where sizes and tables are.
                int within = random.nextBoolean() ? Math.min(64, payload.length) : payload.length;
                payload[random.nextInt(within)] ^= (byte) (1 << random.nextInt(8));
            }
            frames.add(damaged(name + " with " + flips + " bits flipped, " + run, payload));
        }
    }

    private void declareGiantSizes() {
        int[][] sizes = {{65_535, 65_535}, {Integer.MAX_VALUE, 1}, {1, Integer.MAX_VALUE}};
        for (int[] size : sizes) {
            frames.add(
                    rejected(
                            "PNG of " + size[0] + "x" + size[1],
                            new PngFile(size[0], size[1], 8, PngFile.RGB, false).end(),
                            RejectionReason.TOO_MANY_PIXELS));
        }
        frames.add(
                rejected(
                        "PNG of one column",
                        new PngFile(1, MAX_PIXELS, 8, PngFile.RGB, false)
                                .withZeros(4L * MAX_PIXELS),
                        RejectionReason.TOO_MANY_PIXELS));
        BufferedImage picture = Pictures.picture(16, 16, BufferedImage.TYPE_BYTE_INDEXED, random);
        for (boolean progressive : new boolean[] {false, true}) {
            byte[] jpeg =
                    Pictures.encoded(Pictures.picture(16, 16, 5, random), "jpeg", progressive);
            frames.add(
                    rejected(
                            "JPEG of 65000x65000",
                            JpegParts.resized(jpeg, 65_000, 65_000),
                            RejectionReason.TOO_MANY_PIXELS));
            frames.add(damaged("JPEG of 2048x2048", JpegParts.resized(jpeg, 2048, 2048)));
        }
        byte[] bitmap = Pictures.encoded(picture, "bmp");
        littleEndian(bitmap).putInt(18, 8000).putInt(22, 8000);
        frames.add(rejected("BMP of 8000x8000", bitmap, RejectionReason.TOO_MANY_PIXELS));
        byte[] gif = Pictures.encoded(picture, "gif");
        littleEndian(gif).putInt(6, -1);
        frames.add(sound("GIF on a screen of 65535x65535", gif.clone()));
        int image = imageOf(gif);
        littleEndian(gif).putInt(image + 5, -1);
        frames.add(rejected("GIF of 65535x65535", gif, RejectionReason.TOO_MANY_PIXELS));
        frames.add(
                new HostileFrame(
                        "raw pixels of a giant size",
                        new byte[12],
                        "image/x-raw-rgb;width=2000000000;height=2000000000",
                        Set.of(RejectionReason.TOO_MANY_PIXELS),
                        false));
    }

    private void addPngBombs() {
        byte[] colors = {1, 2, 3, 4, 5, 6};
        long bomb = 64L << 20;
        frames.add(
                sound(
                        "PNG with 64 MiB behind its pixels",
                        new PngFile(16, 16, 8, PngFile.RGB, false).withZeros(bomb)));
        frames.add(
                damaged(
                        "PNG as large as allowed of nothing",
                        new PngFile(2048, 2048, 16, PngFile.RGBA, true).withZeros(bomb)));
        for (String type : List.of("zTXt", "iCCP")) {
            frames.add(
                    damaged(
                            "PNG with 64 MiB in " + type,
                            new PngFile(16, 16, 8, PngFile.PALETTE, false)
                                    .compressedZeros(type, "key\0\0", bomb)
                                    .chunk("PLTE", colors)
                                    .withZeros(17 * 16)));
        }
        frames.add(
                damaged(
                        "PNG with 64 MiB in iTXt",
                        new PngFile(16, 16, 8, PngFile.PALETTE, false)
                                .compressedZeros("iTXt", "key\0\1\0\0\0", bomb)
                                .chunk("PLTE", colors)
                                .withZeros(17 * 16)));
        frames.add(
                damaged(
                        "PNG with many texts",
                        new PngFile(16, 16, 8, PngFile.PALETTE, false)
                                .chunks("tEXt", new byte[] {'k', 0, 'v'}, 60_000)
                                .chunk("PLTE", colors)
                                .withZeros(17 * 16)));
        for (String type : List.of("tEXt", "IDAT")) {
            frames.add(
                    rejected(
                            "PNG of 70,000 chunks " + type,
                            new PngFile(16, 16, 8, PngFile.RGB, false)
                                    .chunks(type, new byte[0], 70_000)
                                    .withZeros(49 * 16),
                            RejectionReason.CORRUPT_IMAGE));
        }
        frames.add(
                damaged(
                        "PNG with a palette of no length",
                        new PngFile(16, 16, 8, PngFile.PALETTE, false)
                                .chunk("PLTE", new byte[0])
                                .withZeros(17 * 16)));
        frames.add(
                damaged(
                        "PNG without pixels",
                        new PngFile(16, 16, 8, PngFile.GREY, false).withZeros(0)));
    }

    private void addJpegBombs() {
        byte[] small =
                Pictures.encoded(
                        Pictures.picture(16, 16, BufferedImage.TYPE_3BYTE_BGR, random),
                        "jpeg",
                        true);
        byte[] large =
                Pictures.encoded(
                        new BufferedImage(1500, 1500, BufferedImage.TYPE_3BYTE_BGR), "jpeg", true);
        frames.add(
                rejected(
                        "JPEG of 1,010 scans",
                        JpegParts.repeatedScans(small, 1000),
                        RejectionReason.TOO_MANY_SCANS));
        frames.add(damaged("small JPEG of 64 scans", JpegParts.repeatedScans(small, 54)));
        frames.add(
                rejected(
                        "large JPEG of 64 scans",
                        JpegParts.repeatedScans(large, 54),
                        RejectionReason.TOO_MANY_PIXELS));
        for (int marker : new int[] {0xe0, 0xe1, 0xe2, 0xee, 0xfe}) {
            frames.add(
                    rejected(
                            "JPEG of 20,000 segments " + Integer.toHexString(marker),
                            JpegParts.behindStart(
                                    small,
                                    JpegParts.repeated(
                                            JpegParts.segment(marker, new byte[0]), 20_000)),
                            RejectionReason.CORRUPT_IMAGE));
        }
        // A segment that no decoder knows, of a length that would hide the scans behind it.
        byte[] hiding = {(byte) 0xff, 0x02, (byte) 0xff, (byte) 0xff};
        frames.add(
                new HostileFrame(
                        "JPEG that hides its scans",
                        JpegParts.joined(
                                Arrays.copyOf(small, small.length - 2),
                                hiding,
                                JpegParts.repeatedScans(small, 1000)),
                        null,
                        Set.of(RejectionReason.TOO_MANY_SCANS, RejectionReason.CORRUPT_IMAGE),
                        false));
        byte[] profile = new byte[4000];
        random.nextBytes(profile);
        System.arraycopy(
                "ICC_PROFILE\0\1\1".getBytes(StandardCharsets.ISO_8859_1), 0, profile, 0, 14);
        frames.add(
                damaged(
                        "JPEG with a profile of nonsense",
                        JpegParts.behindStart(small, JpegParts.segment(0xe2, profile))));
    }

    private void addGifBombs() {
        BufferedImage picture = Pictures.picture(16, 16, BufferedImage.TYPE_BYTE_INDEXED, random);
        byte[] gif = Pictures.encoded(picture, "gif");
        int image = imageOf(gif);
        byte[] block = new byte[256];
        block[0] = -1;
        byte[] comment =
                JpegParts.joined(
                        new byte[] {0x21, (byte) 0xfe},
                        JpegParts.repeated(block, 40_000),
                        new byte[1]);
        byte[] before = Arrays.copyOf(gif, image);
        byte[] after = Arrays.copyOfRange(gif, image, gif.length);
        frames.add(sound("GIF with 10 MB of comment", JpegParts.joined(before, comment, after)));
        frames.add(
                rejected(
                        "GIF that ends in 10 MB of comment",
                        JpegParts.joined(before, Arrays.copyOf(comment, comment.length - 1)),
                        RejectionReason.CORRUPT_IMAGE));
        frames.add(
                sound(
                        "GIF of 300,000 extensions",
                        JpegParts.joined(
                                before,
                                JpegParts.repeated(new byte[] {0x21, (byte) 0xff, 0}, 300_000),
                                after)));
        byte[] large = gif.clone();
        littleEndian(large).putShort(image + 5, (short) 2048).putShort(image + 7, (short) 2048);
        frames.add(damaged("GIF of 2048x2048 from 256 pixels", large));
        frames.add(
                sound(
                        "GIF of 2048x2048 of nothing",
                        Pictures.encoded(
                                new BufferedImage(2048, 2048, BufferedImage.TYPE_BYTE_INDEXED),
                                "gif")));
    }

    private void addBitmapLies() {
        byte[] bitmap =
                Pictures.encoded(
                        Pictures.picture(16, 16, BufferedImage.TYPE_BYTE_INDEXED, random), "bmp");
        int[] offsets = {2, 10, 14, 18, 22, 26, 30, 34, 46, 50};
        int[] values = {-1, 0, 1, 2, 3, 0x7fffffff, 0x80000000, 0x1fffffff, 2048};
        for (int offset : offsets) {
            for (int value : values) {
                byte[] lying = bitmap.clone();
                littleEndian(lying).putInt(offset, value);
                frames.add(damaged("BMP with " + value + " at " + offset, lying));
            }
        }
    }

    private void addInks() {
        frames.add(rejected("CMYK JPEG", Pictures.inks(0, random), RejectionReason.CORRUPT_IMAGE));
        frames.add(rejected("YCCK JPEG", Pictures.inks(2, random), RejectionReason.CORRUPT_IMAGE));
    }

    private void mislabel() {
        byte[] png =
                Pictures.encoded(
                        Pictures.picture(16, 16, BufferedImage.TYPE_3BYTE_BGR, random), "png");
        frames.add(sound("PNG", png).as("image/jpeg"));
        frames.add(sound("PNG", png).as("text/html; charset=\u0000\ud800"));
        frames.add(sound("PNG", png).as("x".repeat(100_000)));
        frames.add(
                rejected("PNG", png, RejectionReason.BAD_RAW_SHAPE)
                        .as("image/x-raw-rgb;width=16;height=16"));
        frames.add(
                rejected("PNG", png, RejectionReason.BAD_RAW_SHAPE)
                        .as("image/x-raw-rgb;" + "width=1;".repeat(10_000)));
        frames.add(
                rejected(
                        "PNG before 12 MB",
                        Arrays.copyOf(png, 12_000_000),
                        RejectionReason.TOO_MANY_BYTES));
        byte[] text = "<svg/>".getBytes(StandardCharsets.UTF_8);
        frames.add(rejected("text", text, RejectionReason.UNKNOWN_FORMAT).as("image/png"));
        byte[] noise = new byte[5000];
        random.nextBytes(noise);
        noise[0] = 0;
        frames.add(rejected("noise", noise, RejectionReason.UNKNOWN_FORMAT).as("image/gif"));
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Where the image of a GIF by ImageIO starts. */
    private static int imageOf(byte[] gif) {
        int at = 13 + 3 * (2 << (gif[10] & 7));
        while (gif[at] == 0x21) {
            at += 2;
            while (gif[at] != 0) {
                at += 1 + (gif[at] & 0xff);
            }
            at++;
        }
        return at;
    }
}
