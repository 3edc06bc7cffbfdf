package io.psconv.job.options;

import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.kafka.RejectedFrameJson;
import io.psconv.job.kafka.StreamPosition;
import io.psconv.operator.camera.CameraRules;
import io.psconv.operator.energy.EnergySource;
import io.psconv.operator.record.RequestedTime;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;

/**
 * All options of the classify job, read once and checked. Printing it prints no secrets.
 *
 * @param jobName name of the job, which its transactions carry
 * @param kafka where Kafka is and what is passed on to its clients
 * @param topics topics read and written
 * @param control how requests are decided upon
 * @param source which frames are read
 * @param delivery how answers reach Kafka
 * @param model what to classify with
 * @param engine what runs it
 * @param batch how frames are gathered
 * @param answer what a classification says
 * @param decode which payloads become input
 * @param camera what is watched of each camera, if there is a topic for it
 * @param energy where joules come from
 * @param metrics where meters can be seen
 */
public record ClassifyOptions(
        String jobName,
        KafkaProperties kafka,
        TopicOptions topics,
        ControlOptions control,
        SourceOptions source,
        DeliveryOptions delivery,
        ModelOptions model,
        EngineOptions engine,
        BatchOptions batch,
        AnswerOptions answer,
        DecodeOptions decode,
        CameraRules camera,
        EnergyOptions energy,
        MetricsOptions metrics) {
    public ClassifyOptions {
        int limit = RejectedFrameJson.maxPayloadBytes(kafka.maxRequestBytes());
        if (decode.maxRejectedPayloadBytes() > limit) {
            throw new IllegalArgumentException(
                    ClassifyConfigOptions.REJECTED_MAX_PAYLOAD_BYTES.key()
                            + " was '"
                            + new MemorySize(decode.maxRejectedPayloadBytes())
                            + "' but in base64 at most "
                            + limit
                            + " bytes fit kafka.max.request.size of "
                            + kafka.maxRequestBytes()
                            + "; lower the one or raise the other");
        }
        if (topics.energyWindows() != null && energy.source() == EnergySource.NONE) {
            throw new IllegalArgumentException(
                    ClassifyConfigOptions.ENERGY_WINDOWS_TOPIC.key()
                            + " was '"
                            + topics.energyWindows()
                            + "' but with energy.source none there are no windows; leave the topic"
                            + " out or choose another source");
        }
    }

    /**
     * Reads the options; keys that are none of ours are left to Flink.
     *
     * @throws IllegalArgumentException if a value cannot be used, or a key of ours does not exist
     */
    public static ClassifyOptions of(Configuration configuration) {
        UnknownKeys.check(configuration.toMap());
        OptionReader reader = new OptionReader(configuration);
        return new ClassifyOptions(
                reader.text(ClassifyConfigOptions.JOB_NAME),
                kafka(reader, configuration.toMap()),
                topics(reader),
                control(reader),
                source(reader),
                delivery(reader),
                model(reader),
                engine(reader),
                batch(reader),
                answer(reader),
                DecodeOptions.read(reader),
                CameraOptions.read(reader),
                EnergyOptions.read(reader),
                MetricsOptions.read(reader));
    }

    private static KafkaProperties kafka(OptionReader reader, Map<String, String> all) {
        Map<String, String> passedOn = new TreeMap<>();
        all.forEach(
                (key, value) -> {
                    if (key.startsWith(ClassifyConfigOptions.KAFKA_PREFIX)
                            && !key.equals(ClassifyConfigOptions.KAFKA_BOOTSTRAP_SERVERS.key())
                            && !key.equals(ClassifyConfigOptions.KAFKA_GROUP_ID.key())) {
                        passedOn.put(
                                key.substring(ClassifyConfigOptions.KAFKA_PREFIX.length()), value);
                    }
                });
        return new KafkaProperties(
                reader.required(ClassifyConfigOptions.KAFKA_BOOTSTRAP_SERVERS), passedOn);
    }

    private static TopicOptions topics(OptionReader reader) {
        return new TopicOptions(
                reader.text(ClassifyConfigOptions.FRAMES_TOPIC),
                reader.text(ClassifyConfigOptions.CLASSIFICATIONS_TOPIC),
                reader.text(ClassifyConfigOptions.REJECTED_FRAMES_TOPIC),
                reader.optional(ClassifyConfigOptions.CAMERA_EVENTS_TOPIC),
                reader.optional(ClassifyConfigOptions.DECISIONS_TOPIC),
                reader.optional(ClassifyConfigOptions.CONTROL_TOPIC),
                reader.optional(ClassifyConfigOptions.ENERGY_WINDOWS_TOPIC));
    }

    private static ControlOptions control(OptionReader reader) {
        return new ControlOptions(
                reader.durationBetween(
                        ClassifyConfigOptions.CONTROL_LEAD,
                        Duration.ofMillis(20),
                        RequestedTime.LONGEST_LEAD),
                reader.durationBetween(
                        ClassifyConfigOptions.CONTROL_TICK_INTERVAL,
                        Duration.ofMillis(10),
                        RequestedTime.LONGEST_LEAD),
                reader.durationBetween(
                        ClassifyConfigOptions.CONTROL_VERIFY_TIMEOUT,
                        Duration.ofMillis(100),
                        Duration.ofHours(1)));
    }

    private static SourceOptions source(OptionReader reader) {
        @Nullable String until = reader.optional(ClassifyConfigOptions.FRAMES_UNTIL);
        return new SourceOptions(
                reader.text(ClassifyConfigOptions.KAFKA_GROUP_ID),
                StreamPosition.parseStart(
                        ClassifyConfigOptions.FRAMES_FROM.key(),
                        reader.text(ClassifyConfigOptions.FRAMES_FROM)),
                until == null
                        ? null
                        : StreamPosition.parseStop(
                                ClassifyConfigOptions.FRAMES_UNTIL.key(), until));
    }

    private static DeliveryOptions delivery(OptionReader reader) {
        return new DeliveryOptions(
                reader.choice(ClassifyConfigOptions.DELIVERY_GUARANTEE),
                reader.durationBetween(
                        ClassifyConfigOptions.DELIVERY_TRANSACTION_TIMEOUT,
                        Duration.ofSeconds(1),
                        Duration.ofDays(7)),
                reader.durationBetween(
                        ClassifyConfigOptions.CHECKPOINT_INTERVAL,
                        Duration.ofMillis(10),
                        Duration.ofHours(1)));
    }

    private static ModelOptions model(OptionReader reader) {
        return ModelOptions.parse(
                ClassifyConfigOptions.CLASSIFY_MODEL.key(),
                reader.required(ClassifyConfigOptions.CLASSIFY_STORE),
                reader.required(ClassifyConfigOptions.CLASSIFY_MODEL));
    }

    private static EngineOptions engine(OptionReader reader) {
        return new EngineOptions(
                reader.choice(ClassifyConfigOptions.CLASSIFY_ENGINE),
                reader.trueOrFalse(ClassifyConfigOptions.CLASSIFY_ENGINE_REQUIRE_VECTOR),
                reader.choice(ClassifyConfigOptions.CLASSIFY_CONVOLUTION),
                reader.choice(ClassifyConfigOptions.CLASSIFY_CUDA_PRECISION),
                reader.text(ClassifyConfigOptions.CLASSIFY_CUDA_DEVICES));
    }

    private static BatchOptions batch(OptionReader reader) {
        return new BatchOptions(
                reader.intBetween(ClassifyConfigOptions.CLASSIFY_BATCH_MAX_SIZE, 1, 1024),
                reader.durationBetween(
                        ClassifyConfigOptions.CLASSIFY_BATCH_MAX_DELAY,
                        Duration.ZERO,
                        Duration.ofMinutes(1)),
                reader.durationBetween(
                        ClassifyConfigOptions.CLASSIFY_DEADLINE, Duration.ZERO, Duration.ofDays(1)),
                reader.choice(ClassifyConfigOptions.CLASSIFY_LATE),
                reader.bytesBetween(
                        ClassifyConfigOptions.CLASSIFY_BUFFER_MAX_BYTES,
                        MemorySize.ofMebiBytes(1),
                        MemorySize.parse("64gb")));
    }

    private static AnswerOptions answer(OptionReader reader) {
        return new AnswerOptions(
                reader.choice(ClassifyConfigOptions.CLASSIFICATIONS_FORMAT),
                reader.intBetween(ClassifyConfigOptions.CLASSIFY_TOP_K, 1, 1000),
                reader.doubleBetween(ClassifyConfigOptions.CLASSIFY_CONFIDENCE_THRESHOLD, 0, 1),
                reader.durationBetween(
                        ClassifyConfigOptions.CLASSIFY_MAX_CLOCK_AHEAD,
                        Duration.ZERO,
                        Duration.ofDays(1)));
    }
}
