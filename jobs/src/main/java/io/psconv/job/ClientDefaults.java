package io.psconv.job;

import io.psconv.job.options.ClassifyOptions;
import io.psconv.job.options.DeliveryOptions.Guarantee;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Settings of Kafka's clients where the user has none of his own.
 *
 * <p>Exactly-once answers are seen with the next checkpoint, so that frames and answers may wait a
 * moment for others: a request for each frame costs the job and the broker more than the frame
 * does. Where answers are seen at once, or frames have a deadline, nothing waits.
 */
final class ClientDefaults {
    /** Short beside a checkpoint's interval, long beside the time between frames. */
    private static final int MOST_WAIT_MILLIS = 20;

    /** Frames that need not wait: one or more of a usual camera, some twenty of the smallest. */
    private static final int ENOUGH_BYTES = 65_536;

    private ClientDefaults() {}

    /** Of the consumer that reads frames. */
    static Properties ofFrames(ClassifyOptions options) {
        Properties properties = new Properties();
        // Frames whose sender gave up are none.
        properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        if (mayWait(options)) {
            properties.setProperty(
                    ConsumerConfig.FETCH_MIN_BYTES_CONFIG, Integer.toString(ENOUGH_BYTES));
            properties.setProperty(
                    ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, Integer.toString(MOST_WAIT_MILLIS));
        }
        return properties;
    }

    /** Of the producers that write answers under the job's guarantee. */
    static Properties ofAnswers(ClassifyOptions options) {
        Properties properties = new Properties();
        if (mayWait(options)) {
            properties.setProperty(
                    ProducerConfig.LINGER_MS_CONFIG, Integer.toString(MOST_WAIT_MILLIS));
        }
        return properties;
    }

    private static boolean mayWait(ClassifyOptions options) {
        Duration checkpoints = options.delivery().checkpointInterval();
        return options.delivery().guarantee() == Guarantee.EXACTLY_ONCE
                && options.batch().deadline().isZero()
                && checkpoints.toMillis() >= 10 * MOST_WAIT_MILLIS;
    }
}
