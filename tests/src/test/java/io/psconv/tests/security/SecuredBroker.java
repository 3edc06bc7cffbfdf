package io.psconv.tests.security;

import io.psconv.local.EmbeddedBroker;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A broker that speaks TLS only and wants a name and a password (SASL/SCRAM).
 *
 * <p>Its certificate is made when it starts, for the loopback address.
 */
final class SecuredBroker implements AutoCloseable {
    static final String USER = "camera-job";
    static final String PASSWORD = "s3cret-Of-The-User";
    static final String TRUST_PASSWORD = "s3cret-Of-The-Trust-Store";

    private static final String KEY_PASSWORD = "s3cret-Of-The-Key-Store";
    private static final String BROKER_PASSWORD = "s3cret-Of-The-Broker";
    private static final String MECHANISM = "SCRAM-SHA-512";

    private final EmbeddedBroker broker;
    private final Path trustStore;

    /** Starts one that keeps keys and trust in a folder. */
    SecuredBroker(Path folder) throws Exception {
        Path keyStore = folder.resolve("broker.p12");
        trustStore = folder.resolve("trust.p12");
        makeKey(keyStore);
        trust(keyStore, trustStore);
        broker =
                EmbeddedBroker.start(
                        settings(keyStore),
                        List.of(credential("broker", BROKER_PASSWORD), credential(USER, PASSWORD)));
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** What a client with this password has to set, as key=value. */
    List<String> clientSettings(String password) {
        return List.of(
                "security.protocol=SASL_SSL",
                "sasl.mechanism=" + MECHANISM,
                "sasl.jaas.config=" + login(USER, password),
                "ssl.truststore.type=PKCS12",
                "ssl.truststore.location=" + trustStore,
                "ssl.truststore.password=" + TRUST_PASSWORD);
    }

    static String login(String user, String password) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\""
                + user
                + "\" password=\""
                + password
                + "\";";
    }

    private static String credential(String user, String password) {
        return MECHANISM + "=[name=" + user + ",password=" + password + "]";
    }

    private static Map<String, String> settings(Path keyStore) {
        Map<String, String> settings = new HashMap<>();
        settings.put("listener.security.protocol.map", "BROKER:SASL_SSL,CONTROLLER:PLAINTEXT");
        settings.put("sasl.enabled.mechanisms", MECHANISM);
        settings.put("sasl.mechanism.inter.broker.protocol", MECHANISM);
        settings.put(
                "listener.name.broker.scram-sha-512.sasl.jaas.config",
                login("broker", BROKER_PASSWORD));
        settings.put("ssl.keystore.type", "PKCS12");
        settings.put("ssl.keystore.location", keyStore.toString());
        settings.put("ssl.keystore.password", KEY_PASSWORD);
        // The broker is a client of itself.
        settings.put("ssl.truststore.type", "PKCS12");
        settings.put("ssl.truststore.location", keyStore.resolveSibling("trust.p12").toString());
        settings.put("ssl.truststore.password", TRUST_PASSWORD);
        return settings;
    }

    private static void makeKey(Path keyStore) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-genkeypair", "-alias", "broker", "-keyalg", "EC"));
        command.addAll(List.of("-groupname", "secp256r1", "-validity", "2"));
        command.addAll(List.of("-dname", "CN=127.0.0.1", "-ext", "san=ip:127.0.0.1"));
        command.addAll(List.of("-storetype", "PKCS12", "-keystore", keyStore.toString()));
        command.addAll(List.of("-storepass", KEY_PASSWORD));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool made no key: " + said);
        }
    }

    /** A store that trusts the certificate of another. */
    private static void trust(Path keyStore, Path trustStore)
            throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore)) {
            keys.load(in, KEY_PASSWORD.toCharArray());
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("broker", keys.getCertificate("broker"));
        try (OutputStream out = Files.newOutputStream(trustStore)) {
            trusted.store(out, TRUST_PASSWORD.toCharArray());
        }
    }

    @Override
    public void close() {
        broker.close();
    }
}
