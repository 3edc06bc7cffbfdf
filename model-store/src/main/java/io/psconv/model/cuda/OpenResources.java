package io.psconv.model.cuda;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What was opened, to be closed in reverse order, all of it, also when opening failed halfway or
 * closing one thing fails. Not thread-safe.
 */
final class OpenResources implements AutoCloseable {
    /** Something open; closing it throws nothing that is checked. */
    interface Resource extends AutoCloseable {
        @Override
        void close();
    }

    private final Deque<Resource> open = new ArrayDeque<>();

    /** Remembers a resource; gives it back. */
    <T extends Resource> T add(T resource) {
        open.push(resource);
        return resource;
    }

    /** Closes what is open because of a failure, which keeps what closing it brings. */
    void closeAfter(Throwable failure) {
        try {
            close();
        } catch (RuntimeException | CudaDeviceError e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * Closes everything, the newest first.
     *
     * @throws CudaException or {@link CudaDeviceError}, the first that closing one threw, with the
     *     others suppressed
     */
    @Override
    public void close() {
        @Nullable Throwable first = null;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (RuntimeException | CudaDeviceError e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first instanceof RuntimeException exception) {
            throw exception;
        }
        if (first instanceof CudaDeviceError error) {
            throw error;
        }
    }
}
