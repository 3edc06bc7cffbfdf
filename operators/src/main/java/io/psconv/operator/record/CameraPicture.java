package io.psconv.operator.record;

/**
 * How long a camera's picture is the same.
 *
 * @param imageHash of the picture; 0 if none is known
 * @param frames how often it came without another one between
 * @param sinceMillis capture time of its first frame
 * @param frozen whether it was reported
 */
public record CameraPicture(long imageHash, int frames, long sinceMillis, boolean frozen) {
    /** Of a camera whose picture is not known. */
    public static final CameraPicture UNKNOWN = new CameraPicture(0, 0, 0, false);
}
