package io.psconv.bench.pipeline;

import io.psconv.job.kafka.KafkaProperties;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What of Kafka and Flink a run is given; the rest it starts on this machine.
 *
 * @param kafka a Kafka to measure on; null for a broker of the run's own
 * @param flink REST interface of a Flink session cluster to measure on; null for processes of the
 *     run's own
 * @param store folder of the model store as that cluster's machines have it; null without one
 */
public record PipelinePlace(
        @Nullable KafkaProperties kafka, @Nullable URI flink, @Nullable String store) {
    /** Everything on this machine. */
    public static final PipelinePlace HERE = new PipelinePlace(null, null, null);

    private static final String GIVEN = "given";

    /**
     * @throws IllegalArgumentException if the two cannot go together, or one cannot be used
     */
    public PipelinePlace {
        if (flink != null) {
            checkFlink(flink, kafka);
            checkStore(store);
        } else if (store != null) {
            throw new IllegalArgumentException(
                    "--flink-store was '"
                            + store
                            + "' but --flink was not given; the run's own Flink reads --store");
        }
    }

    private static void checkFlink(URI flink, @Nullable KafkaProperties kafka) {
        boolean isHttp = "http".equals(flink.getScheme()) || "https".equals(flink.getScheme());
        if (!isHttp || flink.getHost() == null || flink.getRawQuery() != null) {
            throw new IllegalArgumentException(
                    "--flink was '"
                            + flink
                            + "' but it must be the address of a JobManager's REST interface, like"
                            + " http://localhost:8081");
        }
        if (kafka == null) {
            throw new IllegalArgumentException(
                    "--flink was given but --bootstrap-servers was not; a broker of the run's own"
                            + " listens at this machine's loopback address, where the cluster's"
                            + " task managers do not find it: name a Kafka that both reach");
        }
    }

    private static void checkStore(@Nullable String store) {
        if (store == null || !Path.of(store).isAbsolute()) {
            throw new IllegalArgumentException(
                    "--flink-store was '"
                            + store
                            + "' but it must be the absolute path of the model store on the"
                            + " cluster's machines, for example /srv/psconv/store");
        }
    }

    /** Whether nothing was given. */
    boolean isHere() {
        return kafka == null && flink == null;
    }

    /** The Flink cluster that was given. */
    URI requireFlink() {
        return Objects.requireNonNull(flink, "flink");
    }

    /** What was given, as results say it: not where, which is nobody else's. */
    Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        if (kafka != null) {
            settings.put("kafka", GIVEN);
        }
        if (flink != null) {
            settings.put("flink", GIVEN);
        }
        return settings;
    }
}
