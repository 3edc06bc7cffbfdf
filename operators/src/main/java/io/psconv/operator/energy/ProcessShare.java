package io.psconv.operator.energy;

import java.io.IOException;

/** Says which part of the host's busy time was this process's. */
public interface ProcessShare {
    /**
     * The share since the last call; at the first one, since this was made.
     *
     * @throws IOException if the host's accounts cannot be read
     */
    BusyShare sinceLastCall() throws IOException;
}
