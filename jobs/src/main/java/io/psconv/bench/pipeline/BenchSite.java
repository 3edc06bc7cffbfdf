package io.psconv.bench.pipeline;

import io.psconv.job.kafka.KafkaProperties;

/**
 * Where a job runs, and what tells it from the others there.
 *
 * @param kafka where its topics are
 * @param name of the job, its consumer group and the end of its topics' names
 * @param metricsPort of the task manager's Prometheus endpoint
 */
record BenchSite(KafkaProperties kafka, String name, int metricsPort) {}
