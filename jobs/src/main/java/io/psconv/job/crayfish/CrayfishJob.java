package io.psconv.job.crayfish;

import io.psconv.operator.record.TensorBatch;
import io.psconv.operator.score.ScoreFunction;
import io.psconv.operator.state.RecordTypes;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Kafka source → JSON to tensors → score → JSON → Kafka sink: the pipeline of Crayfish.
 *
 * <p>Horchidan, Chen, Kritharakis, Carbone and Kalavri, <i>Crayfish: Navigating the Labyrinth of
 * Machine Learning Inference in Stream Processing Systems</i>, EDBT 2024, and the Flink adapter
 * with an embedded model in their published code, which this follows: records in the form of {@link
 * TensorBatchJson}, one inference for each, neither checkpoints nor transactions, no watermarks,
 * the whole topic from its beginning; in mode 32-N-32 nothing is chained to the scoring operator.
 *
 * <p>Unlike there:
 *
 * <ul>
 *   <li>Flink 2.3, Kafka 4.2 and Java 17 instead of 1.15, 3 and 8, so a producer's default {@code
 *       linger.ms} is set back to the 0 of then;
 *   <li>records travel as arrays of floats by a serializer of their own, where theirs are lists of
 *       boxed floats that Kryo copies between chained operators;
 *   <li>the subtasks of a task manager share one copy of the weights, where theirs load one each.
 * </ul>
 */
public final class CrayfishJob {
    /** What their topics and clients take at most for one record, in bytes. */
    public static final int MAX_RECORD_BYTES = 52_428_800;

    private CrayfishJob() {}

    /** Adds the job to an environment. */
    public static void define(StreamExecutionEnvironment environment, CrayfishOptions options) {
        int ends = options.endParallelism();
        // Nobody keeps or changes a record: copies between chained operators would be waste.
        environment.getConfig().enableObjectReuse();
        environment.setParallelism(ends);
        SingleOutputStreamOperator<TensorBatch> read =
                environment
                        .fromSource(
                                source(options),
                                WatermarkStrategy.noWatermarks(),
                                "tensors",
                                PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO)
                        .uid("tensors")
                        .setParallelism(ends)
                        .map(new TensorParser(options.score()))
                        .returns(RecordTypes.TENSOR_BATCH)
                        .name("parse")
                        .uid("parse")
                        .setParallelism(ends);
        SingleOutputStreamOperator<TensorBatch> scored =
                read.map(new ScoreFunction(options.score()))
                        .returns(RecordTypes.TENSOR_BATCH)
                        .name("score")
                        .uid("score")
                        .setParallelism(options.parallelism());
        if (options.mode() == ParallelismMode.PARTITIONS_N_PARTITIONS) {
            scored.disableChaining();
        }
        scored.sinkTo(sink(options)).name("scores").uid("scores").setParallelism(ends);
    }

    private static KafkaSource<byte[]> source(CrayfishOptions options) {
        return KafkaSource.<byte[]>builder()
                .setProperty(
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        Integer.toString(MAX_RECORD_BYTES))
                .setProperties(options.kafka().toProperties())
                .setBootstrapServers(options.kafka().bootstrapServers())
                .setGroupId(options.groupId())
                .setTopics(options.input())
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(new PayloadSchema())
                .build();
    }

    private static KafkaSink<TensorBatch> sink(CrayfishOptions options) {
        Properties producer = new Properties();
        producer.setProperty(
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(MAX_RECORD_BYTES));
        producer.setProperty(ProducerConfig.LINGER_MS_CONFIG, "0");
        producer.putAll(options.kafka().toProperties());
        return KafkaSink.<TensorBatch>builder()
                .setKafkaProducerConfig(producer)
                .setBootstrapServers(options.kafka().bootstrapServers())
                .setDeliveryGuarantee(DeliveryGuarantee.NONE)
                .setRecordSerializer(new TensorSerializationSchema(options.output()))
                .build();
    }
}
