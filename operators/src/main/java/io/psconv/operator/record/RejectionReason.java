package io.psconv.operator.record;

/** Why a frame was not classified. The names are part of the record format. */
public enum RejectionReason {
    /** The record had no value, or one of no bytes. */
    EMPTY,
    /** The bytes are not JPEG, PNG, BMP or GIF and no header declares raw pixels. */
    UNKNOWN_FORMAT,
    /** The image declares more pixels than the limit, or a side that is too long. */
    TOO_MANY_PIXELS,
    /** The JPEG has more scans than the limit. */
    TOO_MANY_SCANS,
    /** The payload has more bytes than the limit. */
    TOO_MANY_BYTES,
    /** The bytes start like an image but could not be decoded. */
    CORRUPT_IMAGE,
    /**
     * Raw pixels whose length disagrees with the declared shape, or a shape that cannot be read.
     */
    BAD_RAW_SHAPE,
    /** The image does not reach as far as the crop rectangle. */
    OUTSIDE_CROP,
    /** The capture time is further ahead of the clock than allowed. */
    CLOCK_AHEAD,
    /** The frame came to its turn only after its deadline. */
    LATE
}
