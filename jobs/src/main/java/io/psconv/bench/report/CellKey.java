package io.psconv.bench.report;

/** What makes a cell the same in two runs. */
record CellKey(String model, String engine, int parallelism, int cameras) {}
