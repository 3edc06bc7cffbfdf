/** Models in Flink SQL: {@code CREATE MODEL … WITH ('provider'='psconv')}, {@code ML_PREDICT}. */
@NullMarked
package io.psconv.job.sql;

import org.jspecify.annotations.NullMarked;
