package io.psconv.job;

import io.psconv.job.kafka.AdminClosingSink;
import io.psconv.job.kafka.CameraEventSerializationSchema;
import io.psconv.job.kafka.ClassificationSerializationSchema;
import io.psconv.job.kafka.ControlRequestDeserializationSchema;
import io.psconv.job.kafka.DecisionDeserializationSchema;
import io.psconv.job.kafka.DecisionSerializationSchema;
import io.psconv.job.kafka.EndCommittingSource;
import io.psconv.job.kafka.EnergyWindowSerializationSchema;
import io.psconv.job.kafka.FrameDeserializationSchema;
import io.psconv.job.kafka.RejectedFrameSerializationSchema;
import io.psconv.job.kafka.StreamPosition;
import io.psconv.job.options.ClassifyOptions;
import io.psconv.job.options.DeliveryOptions;
import io.psconv.operator.node.NodeSettings;
import io.psconv.operator.record.CameraEvent;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.ControlRequest;
import io.psconv.operator.record.Decision;
import io.psconv.operator.record.DecisionEntry;
import io.psconv.operator.record.EnergyWindow;
import io.psconv.operator.record.Frame;
import io.psconv.operator.record.RejectedFrame;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jspecify.annotations.Nullable;

/** Makes the sources and sinks of a classify job. */
final class KafkaEndpoints {
    private final ClassifyOptions options;
    private final NodeSettings node;
    private final Properties properties;

    KafkaEndpoints(ClassifyOptions options) {
        this.options = options;
        this.node = ClassifyJob.node(options);
        this.properties = options.kafka().toProperties();
    }

    /** Frames from where the options say, to the end if they name one. */
    Source<Frame, ?, ?> frames() {
        KafkaSourceBuilder<Frame> builder =
                KafkaSource.<Frame>builder()
                        .setProperties(ClientDefaults.ofFrames(options))
                        // A setting of the user's goes before.
                        .setProperties(properties)
                        .setBootstrapServers(options.kafka().bootstrapServers())
                        .setGroupId(options.source().groupId())
                        .setTopics(options.topics().frames())
                        .setStartingOffsets(options.source().from().toOffsets())
                        .setDeserializer(new FrameDeserializationSchema());
        StreamPosition until = options.source().until();
        if (until == null) {
            return builder.build();
        }
        return new EndCommittingSource<>(
                builder.setBounded(until.toOffsets()).build(),
                properties,
                options.source().groupId());
    }

    /** Decisions from the first one on, or null if no topic is named. */
    @Nullable KafkaSource<Decision> decisions() {
        String topic = options.topics().decisions();
        if (topic == null) {
            return null;
        }
        KafkaSourceBuilder<Decision> builder =
                KafkaSource.<Decision>builder()
                        .setProperties(properties)
                        .setBootstrapServers(options.kafka().bootstrapServers())
                        .setGroupId(options.source().groupId() + "-decisions")
                        .setTopics(topic)
                        .setStartingOffsets(OffsetsInitializer.earliest())
                        .setDeserializer(new DecisionDeserializationSchema());
        if (options.source().until() != null) {
            builder.setBounded(OffsetsInitializer.latest());
        }
        return builder.build();
    }

    /**
     * Requests that this job decides upon, from where it has come to; null if no topic is named, or
     * if the job ends by itself.
     */
    @Nullable KafkaSource<ControlRequest> requests() {
        String topic = options.topics().control();
        if (topic == null || options.source().until() != null) {
            return null;
        }
        return KafkaSource.<ControlRequest>builder()
                .setProperties(properties)
                .setBootstrapServers(options.kafka().bootstrapServers())
                .setGroupId(options.source().groupId() + "-control")
                .setTopics(topic)
                .setStartingOffsets(
                        new StreamPosition(StreamPosition.Kind.COMMITTED, 0).toOffsets())
                .setDeserializer(new ControlRequestDeserializationSchema())
                .build();
    }

    /**
     * Where decisions go, at once: with the next checkpoint would be too late for ticks. What comes
     * twice after a failure changes nothing.
     *
     * @param topic the log of decisions
     */
    KafkaSink<DecisionEntry> decisionLog(String topic) {
        return KafkaSink.<DecisionEntry>builder()
                .setKafkaProducerConfig(properties)
                .setBootstrapServers(options.kafka().bootstrapServers())
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .setRecordSerializer(new DecisionSerializationSchema(topic))
                .build();
    }

    /** Where classifications go. */
    Sink<Classification> classifications() {
        String topic = options.topics().classifications();
        return sink(
                topic,
                new ClassificationSerializationSchema(
                        topic, options.answer().format(), options.answer().topK()));
    }

    /** Where rejected frames go. */
    Sink<RejectedFrame> rejectedFrames() {
        String topic = options.topics().rejectedFrames();
        return sink(
                topic,
                new RejectedFrameSerializationSchema(
                        topic, options.decode().maxRejectedPayloadBytes()));
    }

    /** Where events of cameras go, or null if no topic is named. */
    @Nullable Sink<CameraEvent> cameraEvents() {
        String topic = options.topics().cameraEvents();
        return topic == null ? null : sink(topic, new CameraEventSerializationSchema(topic));
    }

    /**
     * Where closed energy windows go, or null if no topic is named. At least once whatever the
     * job's guarantee: a transaction that is aborted would take back energy that was drawn.
     */
    @Nullable KafkaSink<EnergyWindow> energyWindows() {
        String topic = options.topics().energyWindows();
        if (topic == null) {
            return null;
        }
        return KafkaSink.<EnergyWindow>builder()
                .setKafkaProducerConfig(properties)
                .setBootstrapServers(options.kafka().bootstrapServers())
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .setRecordSerializer(new EnergyWindowSerializationSchema(topic))
                .build();
    }

    private <T> Sink<T> sink(String topic, KafkaRecordSerializationSchema<T> schema) {
        Properties producer = ClientDefaults.ofAnswers(options);
        producer.putAll(properties);
        producer.setProperty(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                Long.toString(options.delivery().transactionTimeout().toMillis()));
        KafkaSink<T> sink =
                KafkaSink.<T>builder()
                        .setKafkaProducerConfig(producer)
                        .setBootstrapServers(options.kafka().bootstrapServers())
                        .setDeliveryGuarantee(options.delivery().guarantee().toFlink())
                        // Two jobs with one prefix would fence each other off: the name tells them
                        // apart.
                        .setTransactionalIdPrefix(options.jobName() + "-" + topic)
                        .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
                        .setRecordSerializer(schema)
                        .build();
        return options.delivery().guarantee() == DeliveryOptions.Guarantee.EXACTLY_ONCE
                ? new AdminClosingSink<>(sink, properties, topic, node)
                : sink;
    }
}
