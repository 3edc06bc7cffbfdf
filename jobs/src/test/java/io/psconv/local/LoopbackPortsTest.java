package io.psconv.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class LoopbackPortsTest {
    @Test
    void findsPortsThatNoOutgoingConnectionGets() throws IOException {
        assertThat(LoopbackPorts.find(50))
                .hasSize(50)
                .allSatisfy(port -> assertThat(port).isBetween(1024, 32_767));
    }

    @Test
    void findsPortsThatCanBeListenedAt() throws IOException {
        for (int port : LoopbackPorts.find(3)) {
            try (ServerSocket socket =
                    new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                assertThat(socket.isBound()).isTrue();
            }
        }
    }
}
