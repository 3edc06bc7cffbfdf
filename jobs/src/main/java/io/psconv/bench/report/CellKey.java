package io.psconv.bench.report;

import org.jspecify.annotations.Nullable;

/** What makes a cell the same in two runs. */
record CellKey(
        String model,
        String engine,
        int parallelism,
        int cameras,
        @Nullable String parallelismMode) {}
