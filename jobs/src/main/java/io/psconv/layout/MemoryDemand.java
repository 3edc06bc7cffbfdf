package io.psconv.layout;

import io.psconv.job.options.ClassifyOptions;
import io.psconv.job.options.EngineOptions.Engine;
import java.util.List;

/**
 * What decides how much memory a task manager needs.
 *
 * @param slots subtasks of one operator in it, 1 to 1024
 * @param models those that serve at the same time, at least one
 * @param engine what runs them
 * @param maxBatch frames classified at once
 * @param bufferBytes frames that one subtask holds
 * @param followsDecisions whether as many more may wait for decisions
 * @param maxPixels pixels of the largest image that is decoded
 * @param fetchBytes what one consumer of Kafka holds
 * @param sinks topics written exactly once
 * @param producerBytes what one producer of Kafka holds
 */
public record MemoryDemand(
        int slots,
        List<ModelFootprint> models,
        Engine engine,
        int maxBatch,
        long bufferBytes,
        boolean followsDecisions,
        long maxPixels,
        long fetchBytes,
        int sinks,
        long producerBytes) {
    /** The consumer's own default of fetch.max.bytes. */
    private static final long FETCH_BYTES = 50L << 20;

    /** The producer's own default of buffer.memory. */
    private static final long PRODUCER_BYTES = 32L << 20;

    public MemoryDemand {
        models = List.copyOf(models);
        if (slots < 1 || slots > 1024) {
            throw new IllegalArgumentException(
                    "slots were '" + slots + "' but they must be between 1 and 1024");
        }
        if (models.isEmpty()) {
            throw new IllegalArgumentException("models were empty but one must serve");
        }
    }

    /** Takes from the job's options what matters. */
    public static MemoryDemand of(int slots, List<ModelFootprint> models, ClassifyOptions options) {
        return new MemoryDemand(
                slots,
                models,
                options.engine().engine(),
                options.batch().maxSize(),
                options.batch().maxBufferedBytes(),
                options.topics().decisions() != null,
                options.decode().limits().maxPixels(),
                setting(options, "fetch.max.bytes", FETCH_BYTES),
                options.topics().outputs().size(),
                setting(options, "buffer.memory", PRODUCER_BYTES));
    }

    private static long setting(ClassifyOptions options, String key, long otherwise) {
        String value = options.kafka().settings().get(key);
        if (value == null) {
            return otherwise;
        }
        try {
            return Long.parseLong(value.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "kafka." + key + " was '" + value + "' but it must be a number of bytes", e);
        }
    }
}
