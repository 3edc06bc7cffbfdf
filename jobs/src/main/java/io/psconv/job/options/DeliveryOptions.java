package io.psconv.job.options;

import java.time.Duration;
import org.apache.flink.connector.base.DeliveryGuarantee;

/**
 * How answers reach Kafka.
 *
 * @param guarantee what holds after a failure
 * @param transactionTimeout how long the job may be down before Kafka drops what is not committed
 * @param checkpointInterval time between checkpoints
 */
public record DeliveryOptions(
        Guarantee guarantee, Duration transactionTimeout, Duration checkpointInterval) {
    /** What holds after a failure. */
    public enum Guarantee {
        /** Each answer is there once. */
        EXACTLY_ONCE(DeliveryGuarantee.EXACTLY_ONCE),
        /** Each answer is there, some twice. */
        AT_LEAST_ONCE(DeliveryGuarantee.AT_LEAST_ONCE);

        private final DeliveryGuarantee flink;

        Guarantee(DeliveryGuarantee flink) {
            this.flink = flink;
        }

        /** The guarantee in the terms of Flink's sink. */
        public DeliveryGuarantee toFlink() {
            return flink;
        }

        @Override
        public String toString() {
            return NamedChoice.of(this);
        }
    }

    public DeliveryOptions {
        if (transactionTimeout.compareTo(checkpointInterval) <= 0) {
            throw new IllegalArgumentException(
                    "delivery.transaction-timeout was '"
                            + OptionReader.text(transactionTimeout)
                            + "' but it must be longer than checkpoint.interval of "
                            + OptionReader.text(checkpointInterval));
        }
    }
}
