package io.psconv.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Free ports of the loopback interface for processes that come back to them after they were killed.
 *
 * <p>They lie below the range from which systems give ports to outgoing connections (32768 on
 * Linux): in it, a client that tries to reach a process which is down could take its port.
 */
final class LoopbackPorts {
    private static final int FIRST = 10_240;
    private static final int END = 32_768;
    private static final int ATTEMPTS = 1000;

    private LoopbackPorts() {}

    /**
     * Ports that nobody listened at a moment ago, all different.
     *
     * @throws IOException if there are not as many
     */
    static SortedSet<Integer> find(int count) throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        Random random = new Random();
        SortedSet<Integer> ports = new TreeSet<>();
        for (int attempt = 0; attempt < ATTEMPTS && ports.size() < count; attempt++) {
            int port = FIRST + random.nextInt(END - FIRST);
            if (isFree(loopback, port)) {
                ports.add(port);
            }
        }
        if (ports.size() < count) {
            throw new IOException(
                    "only "
                            + ports.size()
                            + " of "
                            + count
                            + " ports between "
                            + FIRST
                            + " and "
                            + END
                            + " are free");
        }
        return ports;
    }

    private static boolean isFree(InetAddress loopback, int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, loopback)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
