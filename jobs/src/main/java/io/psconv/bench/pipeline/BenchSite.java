package io.psconv.bench.pipeline;

import io.psconv.job.kafka.KafkaProperties;
import org.jspecify.annotations.Nullable;

/**
 * Where a job runs, and what tells it from the others there.
 *
 * @param kafka where its topics are
 * @param name of the job, its consumer group and the beginning of its topics' names
 * @param metricsPort of the task manager's Prometheus endpoint; 0 for any free one
 * @param store folder of the model store as the task managers have it; null if it is the one here
 */
record BenchSite(KafkaProperties kafka, String name, int metricsPort, @Nullable String store) {}
