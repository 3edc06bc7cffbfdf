package io.psconv.bench.chaos;

import java.util.List;

/**
 * What an {@link Oracle} found, which says what each count means.
 *
 * @param produced frames that the broker acknowledged
 * @param committed of them, with an answer
 * @param findings the first violations in words
 */
record Verdict(
        int produced,
        int committed,
        int lost,
        int duplicated,
        int misrouted,
        int outOfOrder,
        int wrongVersion,
        List<String> findings) {

    boolean isClean() {
        return lost + duplicated + misrouted + outOfOrder + wrongVersion == 0;
    }
}
