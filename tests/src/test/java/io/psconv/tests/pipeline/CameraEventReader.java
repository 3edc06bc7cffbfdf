package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.job.kafka.CameraEventJson;
import io.psconv.operator.record.CameraEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads committed events of cameras, each held against the published schema. */
final class CameraEventReader implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final RecordSchemas schemas = new RecordSchemas();
    private final List<CameraEvent> events = new ArrayList<>();

    CameraEventReader(String bootstrapServers, String topic) {
        Properties properties = new Properties();
        properties.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.setProperty(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "20");
        consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        consumer.partitionsFor(topic)
                .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** All events so far: each camera's in the order in which they were written. */
    List<CameraEvent> poll() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(20))) {
            schemas.check(record);
            CameraEvent event = CameraEventJson.read(record.value());
            assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo(event.camera());
            assertThat(record.timestamp()).isEqualTo(event.timestampMillis());
            events.add(event);
        }
        return events;
    }

    /** What one camera's events are, with the offset of the frame that caused them. */
    List<String> of(String camera) {
        return poll().stream()
                .filter(event -> event.camera().equals(camera))
                .map(event -> event.kind() + " " + event.frame().offset())
                .toList();
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
    }
}
