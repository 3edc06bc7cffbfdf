package io.psconv.bench.gpu;

/**
 * One line of a check.
 *
 * @param what was looked at
 * @param found what came of it
 * @param wanted what must come of it; empty for information
 * @param result whether it did
 */
public record CheckRow(String what, String found, String wanted, Result result) {
    /** What a line says. */
    public enum Result {
        PASSED,
        FAILED,
        /** Wanted, not reached, and no failure: a goal of speed. */
        MISSED,
        /** Nothing was wanted. */
        INFORMATION,
        /** Could not be looked at here. */
        SKIPPED
    }

    /** What must hold. */
    public static CheckRow must(String what, String found, String wanted, boolean holds) {
        return new CheckRow(what, found, wanted, holds ? Result.PASSED : Result.FAILED);
    }

    /** What is aimed at. */
    public static CheckRow goal(String what, String found, String wanted, boolean reached) {
        return new CheckRow(what, found, wanted, reached ? Result.PASSED : Result.MISSED);
    }

    /** What is good to know. */
    public static CheckRow information(String what, String found) {
        return new CheckRow(what, found, "", Result.INFORMATION);
    }

    /** What is not there to be looked at. */
    public static CheckRow skipped(String what, String reason) {
        return new CheckRow(what, reason, "", Result.SKIPPED);
    }
}
