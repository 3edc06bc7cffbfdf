package io.psconv.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.job.options.ClassifyOptions;
import io.psconv.job.options.JobArguments;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;

class ClassifyJobTest {
    @Test
    void keepsNoStateOfCamerasWithoutATopicForIt() throws Exception {
        assertThat(uids())
                .contains("frames", "model-decisions", "classify", "classifications")
                .noneMatch(uid -> uid.contains("camera"));
    }

    @Test
    void keepsTheStateOfCamerasBehindTheClassifyOperator() throws Exception {
        assertThat(uids("-Dcamera-events.topic=camera-events"))
                .containsAll(uids())
                .contains("camera-state", "camera-events");
    }

    private static Set<String> uids(String... arguments) throws Exception {
        Path zoo = Path.of(System.getProperty("psconv.root"), "model-store", "zoo");
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "-Dkafka.bootstrap-servers=localhost:9092",
                                "-Dclassify.store=" + zoo,
                                "-Dclassify.model=resnet20-dense"));
        all.addAll(List.of(arguments));
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        ClassifyJob.define(
                environment, ClassifyOptions.of(JobArguments.parse(all.toArray(String[]::new))));
        return environment.getStreamGraph().getStreamNodes().stream()
                .map(StreamNode::getTransformationUID)
                .filter(uid -> uid != null)
                .collect(Collectors.toSet());
    }
}
