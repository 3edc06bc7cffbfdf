package io.psconv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong is said before anything starts. */
class BenchPipelineCommandTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --models       | resnet20 | model was 'resnet20' but store
                    --engines      | gpu      | --engines was 'gpu' but it must be of jvm, onnxruntime, djl-pytorch and djl-pytorch-grouped
                    --parallelism  | 0        | parallelism was '0' but it must be at least 1
                    --cameras      | 1,-2     | cameras was '-2' but it must be at least 1
                    --arrivals     | never    | --arrivals was 'never' but it must be constant, poisson or burst
                    --rounds       | 0        | --rounds was '0' but it must be between 1 and 100
                    --point        | 1s       | --point was '1.0 s' but it must be between 2 s and 10 min
                    --point        | long     | --point was 'long' but it must be a time like 8s or 1min
                    --latency-load | 1.5      | --latency-load was '1.5' but it must be between 0.05 and 0.95
                    -D             | frames.topic=mine | -Dframes.topic was 'mine' but it must be left to the benchmark
                    -D             | frame.topic=mine  | option 'frame.topic' does not exist; the nearest is 'frames.topic'
                    --data         | nowhere  | data set was 'nowhere' but there is no such folder
                    --workload     | tensors  | --workload was 'tensors' but it must be of [frames, crayfish-ffnn, crayfish-resnet50]
                    --modes        | N-N-N    | --modes was given but --workload frames has none; leave it out, or choose another workload
                    --bursts       | -1       | --bursts was '-1' but it must be between 0 and 100
                    --accuracy-frames | 0     | --accuracy-frames was '0' but it must be between 1 and 1000000
                    --flink-store  | /store   | --flink-store was '/store' but --flink was not given; the run's own Flink reads --store
                    --flink        | http://127.0.0.1:8081 | --flink was given but --bootstrap-servers was not; a broker of the run's own listens at this machine's loopback address
                    --kafka        | a=b      | --kafka was given but --bootstrap-servers was not; a broker of the run's own takes no settings
                    --bootstrap-servers | here | kafka.bootstrap-servers was 'here' but it must be host:port
                    --burst-every  | soon     | --burst-every was 'soon' but it must be a time like 8s or 1min
                    """)
    void saysWhatIsWrong(String option, String value, String message) {
        Path store = Path.of(System.getProperty("psconv.root"), "model-store");
        List<String> all =
                new ArrayList<>(
                        List.of("bench", "pipeline", "--store", store.resolve("zoo").toString()));
        if (!option.equals("--data")) {
            all.addAll(
                    List.of(
                            "--data",
                            store.resolve("samples").resolve("cifar10-test-2000.png").toString()));
        }
        all.addAll(List.of(option, value));
        if (option.equals("--workload")) {
            all.removeAll(List.of("--data", all.get(all.indexOf("--data") + 1)));
        }
        if (option.equals("--burst-every")) {
            all.addAll(List.of("--bursts", "1"));
        }
        CommandRun run = CommandRun.of(all.toArray(String[]::new));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("psconv: " + message);
        assertThat(run.err().lines()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    crayfish-ffnn     | --variants | PS4_P4   | --variants had 'PS4_P4' but crayfish-ffnn has no 3×3 convolutions; it can only be dense
                    crayfish-ffnn     | --cameras  | 1        | --cameras was given but --workload crayfish-ffnn has none; leave it out, or choose another workload
                    crayfish-ffnn     | --modes    | 8-N-8    | parallelism mode was '8-N-8' but it must be of N-N-N and 32-N-32
                    crayfish-ffnn     | --batch-size | 0      | --batch-size was '0' but it must be between 1 and 32
                    """)
    void saysWhatIsWrongWithACrayfishWorkload(
            String workload, String option, String value, String message) {
        CommandRun run = CommandRun.of("bench", "pipeline", "--workload", workload, option, value);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("psconv: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --flink=cluster:8081          | --flink was 'cluster:8081' but it must be the address of a JobManager's REST interface, like http://localhost:8081
                    --flink=http://a b            | --flink was 'http://a b' but it must be the address of
                    --flink=http://127.0.0.1:1    | no Flink answered at 'http://127.0.0.1:1' (
                    --flink=http://h:1 --flink-store=store | --flink-store was 'store' but it must be the absolute path of the model store on the cluster's machines
                    --flink=http://h:1 --logs=logs | --logs was 'logs' but a cluster that was given with --flink keeps its own logs; leave it out
                    --flink=http://h:1 --workload=crayfish-ffnn --store=crayfish | --workload was 'crayfish-ffnn' but with --flink it must be frames
                    """)
    void saysWhatIsWrongWithAGivenCluster(String options, String message) {
        Path store = Path.of(System.getProperty("psconv.root"), "model-store");
        List<String> all =
                new ArrayList<>(List.of("bench", "pipeline", "--bootstrap-servers=127.0.0.1:1"));
        if (!options.contains("--store")) {
            all.add("--store=" + store.resolve("zoo"));
            all.add("--data=" + store.resolve("samples").resolve("cifar10-test-2000.png"));
        }
        all.addAll(options.contains(" --") ? List.of(options.split(" (?=--)")) : List.of(options));
        CommandRun run = CommandRun.of(all.toArray(String[]::new));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("psconv: " + message);
        assertThat(run.err().lines()).hasSize(1);
    }
}
