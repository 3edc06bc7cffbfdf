/** Sources, sinks and their record schemas; what is checked and passed on to Kafka's clients. */
@NullMarked
package io.psconv.job.kafka;

import org.jspecify.annotations.NullMarked;
