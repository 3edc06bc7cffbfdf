package io.psconv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with its arguments; a folder is laid out by {@code LaidOutClusterITCase}. */
class LayoutCommandTest {
    private static final String ZOO =
            Path.of(System.getProperty("psconv.root", ".."), "model-store", "zoo").toString();

    @SuppressWarnings("NullAway.Init") // Set before every test.
    @TempDir
    private Path folder;

    @Test
    void wantsAFolder() {
        CommandRun run = CommandRun.of("layout");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("Missing required option: '--to=DIR'");
    }

    @Test
    void refusesAModelThatIsNotThere() {
        CommandRun run = layout("--models", "resnet20-dense,nothing");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("model was 'nothing' but");
        assertThat(folder.resolve("cluster")).doesNotExist();
    }

    @Test
    void refusesOptionsThatTheJobDoesNotKnow() {
        assertThat(layout("-Dclassify.batch.size=4").err()).contains("classify.batch.size");
        assertThat(layout("--engine", "fastest").err()).contains("classify.engine");
        assertThat(layout("--task-managers", "0").err())
                .contains("--task-managers was '0' but it must be at least 1");
        assertThat(layout("--with", "hadoop").err()).contains("hadoop").contains("kubernetes");
        assertThat(folder.resolve("cluster")).doesNotExist();
    }

    @Test
    void refusesExtrasThatWereNotFetchedAndLeavesNothing() {
        CommandRun run =
                layout(
                        "--models",
                        "resnet20-dense",
                        "--with",
                        "s3",
                        "-Dclassify.convolution=scalar");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .contains(
                        "'s3' was asked for but its jar flink-s3-fs-presto is not on the class"
                                + " path");
        assertThat(folder.resolve("cluster")).doesNotExist();
    }

    private CommandRun layout(String... arguments) {
        String[] all = new String[arguments.length + 5];
        all[0] = "layout";
        all[1] = "--to";
        all[2] = folder.resolve("cluster").toString();
        all[3] = "--store";
        all[4] = ZOO;
        System.arraycopy(arguments, 0, all, 5, arguments.length);
        return CommandRun.of(all);
    }
}
