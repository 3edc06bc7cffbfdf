package io.psconv.operator.energy;

/** What closes windows of energy when their time has come. Implementations are thread-safe. */
public interface WindowKeeper {
    /** Closes the open window if it is due; to be called several times a window. */
    void tick();

    /**
     * Closes the open window however short it is, if there is anything in it: before the end. The
     * bound of its error says what that costs.
     */
    void settle();
}
