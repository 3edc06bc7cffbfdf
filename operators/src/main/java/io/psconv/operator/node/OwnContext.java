package io.psconv.operator.node;

import java.io.IOException;
import java.security.AccessController;
import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;

/**
 * Makes what outlives a job as if no job had called.
 *
 * <p>A thread keeps the context class loader of the one that started it and, before JDK 24, the
 * class loaders of all code that was on its stack then. Without this, a thread of the process that
 * a job's task happens to start would keep the job's classes for as long as it lives.
 */
final class OwnContext {
    private OwnContext() {}

    /** Work that may fail to read something. */
    interface Work<T> {
        T call() throws IOException;
    }

    /**
     * Does work in the context of this process's own classes.
     *
     * @param work of a class that all jobs share
     */
    @SuppressWarnings("removal") // Threads take the stack's class loaders along until JDK 24.
    static <T> T call(Work<T> work) throws IOException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(OwnContext.class.getClassLoader());
        try {
            PrivilegedExceptionAction<T> action = work::call;
            return AccessController.doPrivileged(action);
        } catch (PrivilegedActionException e) {
            if (e.getException() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException("work failed with an unknown exception", e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
