package io.psconv.tests.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Each benchmark runs and passes its own check; the times mean nothing. */
class BenchmarkSmokeTest {
    @Test
    void convolutionsRun() throws RunnerException {
        ChainedOptionsBuilder options =
                shortest(ConvolutionBenchmark.class)
                        .param("layer", "256x8x256x1")
                        .param("variant", "dense", "PSD1_P16")
                        .param("batch", "2")
                        .param("form", "vector");

        assertThat(run(options)).hasSize(2);
    }

    @Test
    void networksRun() throws RunnerException {
        ChainedOptionsBuilder options =
                shortest(NetworkBenchmark.class)
                        .param("network", "resnet20")
                        .param("variant", "PS1_P9")
                        .param("batch", "2");

        assertThat(run(options)).hasSize(1);
    }

    private static Collection<RunResult> run(ChainedOptionsBuilder options) throws RunnerException {
        return new Runner(options.build()).run();
    }

    private static ChainedOptionsBuilder shortest(Class<?> benchmark) {
        return new OptionsBuilder()
                .include(benchmark.getName())
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(1))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
    }
}
