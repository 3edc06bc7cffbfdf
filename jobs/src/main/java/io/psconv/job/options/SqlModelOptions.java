package io.psconv.job.options;

import io.psconv.operator.decode.DecodeLimits;
import io.psconv.operator.record.Crop;
import java.time.Duration;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;

/**
 * All options of a model in Flink SQL, checked.
 *
 * @param model what to classify with
 * @param engine what runs it
 * @param maxBatchSize images classified at once
 * @param maxBatchDelay how long the oldest image waits for a batch to fill
 * @param maxBufferedBytes bytes of images that wait in one subtask
 * @param topK best classes listed
 * @param onRejection what becomes of bytes that are no image
 * @param decodeLimits which images are refused before they are decoded
 * @param crop part of each image that is classified, or null for all of it
 * @param energy where joules come from
 * @param metrics where meters can be seen
 */
public record SqlModelOptions(
        ModelOptions model,
        EngineOptions engine,
        int maxBatchSize,
        Duration maxBatchDelay,
        long maxBufferedBytes,
        int topK,
        OnRejection onRejection,
        DecodeLimits decodeLimits,
        @Nullable Crop crop,
        EnergyOptions energy,
        MetricsOptions metrics) {
    /** What becomes of bytes that are no image which can be classified. */
    public enum OnRejection {
        /** Their row has no label but a reason. */
        NULL,
        /** The query fails. */
        FAIL;

        @Override
        public String toString() {
            return NamedChoice.of(this);
        }
    }

    /**
     * Reads the options.
     *
     * @throws IllegalArgumentException if a value cannot be used
     */
    public static SqlModelOptions of(Configuration configuration) {
        OptionReader reader = new OptionReader(configuration);
        return new SqlModelOptions(
                ModelOptions.parse(
                        SqlModelConfigOptions.MODEL.key(),
                        reader.required(SqlModelConfigOptions.STORE),
                        reader.required(SqlModelConfigOptions.MODEL)),
                new EngineOptions(
                        reader.choice(SqlModelConfigOptions.ENGINE),
                        reader.trueOrFalse(SqlModelConfigOptions.ENGINE_REQUIRE_VECTOR),
                        reader.choice(SqlModelConfigOptions.CONVOLUTION),
                        reader.choice(SqlModelConfigOptions.CUDA_PRECISION),
                        reader.text(SqlModelConfigOptions.CUDA_DEVICES)),
                reader.intBetween(SqlModelConfigOptions.BATCH_MAX_SIZE, 1, 1024),
                reader.durationBetween(
                        SqlModelConfigOptions.BATCH_MAX_DELAY,
                        Duration.ZERO,
                        Duration.ofMinutes(1)),
                reader.bytesBetween(
                        SqlModelConfigOptions.BUFFER_MAX_BYTES,
                        MemorySize.ofMebiBytes(1),
                        MemorySize.parse("64gb")),
                reader.intBetween(SqlModelConfigOptions.TOP_K, 1, 1000),
                reader.choice(SqlModelConfigOptions.ON_REJECTION),
                DecodeOptions.limits(reader),
                DecodeOptions.crop(reader),
                EnergyOptions.read(reader),
                MetricsOptions.read(reader));
    }
}
