package io.psconv.operator.energy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * What tells a ledger from all others, wherever and whenever they ran.
 *
 * @param id random, since a restarted process counts its windows from 1 again
 * @param host name of the machine, for people
 */
public record LedgerName(String id, String host) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String UNKNOWN_HOST = "unknown";

    /** A new one, of this machine: 16 hexadecimal digits. */
    public static LedgerName random() {
        return new LedgerName(HexFormat.of().toHexDigits(RANDOM.nextLong()), hostName());
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // A container without an entry for itself; the id does not need the name.
            return UNKNOWN_HOST;
        }
    }
}
