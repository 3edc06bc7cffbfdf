package io.psconv.operator.classify;

/** Names of cameras, with {@code *} for any characters, also none. */
final class CameraPattern {
    private static final char ANY = '*';

    private CameraPattern() {}

    /** Whether a name is one of those meant; takes time in proportion to the product of lengths. */
    static boolean matches(String pattern, String camera) {
        int at = 0;
        int next = 0;
        int star = -1;
        int behindStar = 0;
        while (next < camera.length()) {
            if (at < pattern.length() && pattern.charAt(at) == ANY) {
                star = at++;
                behindStar = next;
            } else if (at < pattern.length() && pattern.charAt(at) == camera.charAt(next)) {
                at++;
                next++;
            } else if (star >= 0) {
                at = star + 1;
                next = ++behindStar;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == ANY) {
            at++;
        }
        return at == pattern.length();
    }
}
