package io.psconv.bench.chaos;

/** Told how a run of chaos goes, by its own thread. */
public interface ChaosWatcher {
    /** Something that people want to know happened. */
    void say(String line);

    /** So many frames have an answer by now. */
    void answered(int frames);

    /** Whether the run is to end at once. */
    boolean isStopped();
}
