package io.psconv.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsFileTest {
    @Test
    void readsEveryMember() throws IOException {
        PipelineResults results = Samples.results();

        assertThat(results.startedAt()).isEqualTo(Instant.parse("2026-11-21T15:42:10Z"));
        assertThat(results.machine())
                .isEqualTo(
                        new RunMachine("synthetic", 2, 25_769_803_776L, "17.0.15+6", "synthetic"));
        assertThat(results.settings().rounds()).isEqualTo(3);
        assertThat(results.cells()).hasSize(8);
        ResultCell first = results.cells().get(0);
        assertThat(first.key()).isEqualTo(new CellKey("resnet18-psd1_p16@2", "jvm", 1, 8, null));
        assertThat(first.framesPerSecond()).isEqualTo(402.6);
        assertThat(first.cpuMicrosPerFrame().network()).isEqualTo(2210.4);
        assertThat(first.joulesPerFrame()).isEqualTo(0.00041);
        assertThat(first.energySource()).isEqualTo("modelled");
        assertThat(first.points()).hasSize(6);
        assertThat(first.points().get(5).sustained()).isFalse();
        assertThat(results.goals()).hasSize(3);
        assertThat(results.goals().get(0).reached()).isFalse();
        assertThat(results.skipped())
                .containsExactly(
                        new SkippedCell(
                                "vgg16-dense@1",
                                "djl-pytorch",
                                "the store has no model of this name"));
    }

    @Test
    void whatIsAbsentOrNullIsUnknownAndNotZero() throws IOException {
        PipelineResults results =
                Samples.changed(
                        root -> {
                            Samples.cell(root, 0).remove("accuracy");
                            Samples.cell(root, 0).putNull("joulesPerFrame");
                            Samples.cell(root, 0).remove("batchSize");
                            root.withObject("/machine").remove("memoryBytes");
                        });

        assertThat(results.cells().get(0).accuracy()).isNull();
        assertThat(results.cells().get(0).joulesPerFrame()).isNull();
        assertThat(results.cells().get(0).batchSize()).isNull();
        assertThat(results.machine().memoryBytes()).isNull();
    }

    @Test
    void aCellThatSustainedNoLoadIsNotMeasured() throws IOException {
        PipelineResults results =
                Samples.changed(
                        root -> {
                            for (String member :
                                    List.of(
                                            "framesPerSecond",
                                            "framesPerSecondMin",
                                            "framesPerSecondMax",
                                            "cpuMicrosPerFrame",
                                            "latencyMillis",
                                            "latencyLoadFramesPerSecond")) {
                                Samples.cell(root, 2).remove(member);
                            }
                        });

        assertThat(results.cells()).hasSize(7);
        assertThat(results.skipped())
                .contains(
                        new SkippedCell(
                                "resnet18-psd1_p16@2, ×1, 10,000 cameras",
                                "jvm",
                                "no load was sustained; the least tried was 97 frames/s"));
    }

    @Test
    void whatTheRunDidNotWorkOutIsUnknown() throws IOException {
        PipelineResults results =
                Samples.changed(
                        root -> {
                            root.put("complete", false);
                            root.withObject("/settings").remove("warmUpSeconds");
                            Samples.cell(root, 0).putNull("latencyMillis");
                            ((ObjectNode) root.withArray("goals").get(2)).put("value", "NaN");
                            ((ObjectNode) root.withArray("skipped").get(0)).put("engine", "");
                        });

        assertThat(results.complete()).isFalse();
        assertThat(results.settings().warmUpSeconds()).isNull();
        assertThat(results.cells().get(0).latencyMillis()).isNull();
        assertThat(results.goals().get(2).value()).isNull();
        assertThat(results.goals().get(2).reached()).isNull();
        assertThat(PipelineReportPage.html(results, null))
                .contains("stopped early", "not measured");
    }

    @Test
    void skipsUnknownMembersButShowsUnknownSettings() throws IOException {
        PipelineResults results =
                Samples.changed(
                        root -> {
                            root.put("newer", "member");
                            Samples.cell(root, 0).putObject("more").put("a", 1);
                            root.withObject("/settings").put("workload", "crayfish-ffnn");
                        });

        assertThat(results.settings().others())
                .containsOnly(Assertions.entry("workload", "crayfish-ffnn"));
    }

    @Test
    void refusalsNameMemberValueAndRule() {
        refuses(
                root -> Samples.cell(root, 2).put("framesPerSecond", -3),
                "cells[2].framesPerSecond was '-3.0' but it must be a finite number of at least 0");
        refuses(
                root -> Samples.cell(root, 1).put("accuracy", 90.45),
                "cells[1].accuracy was '90.45' but it must be between 0 and 1");
        refuses(
                root -> Samples.cell(root, 0).put("framesPerSecond", "fast"),
                "cells[0].framesPerSecond was 'fast' but it must be a number");
        refuses(
                root -> Samples.cell(root, 0).put("parallelism", 1.5),
                "cells[0].parallelism was '1.5' but it must be a whole number");
        refuses(
                root -> Samples.cell(root, 0).put("framesPerSecondMin", 500),
                "cells[0].framesPerSecondMin was '500.0' but it must be at most framesPerSecond,"
                        + " which was '402.6'");
        refuses(
                root -> Samples.cell(root, 0).withObject("/latencyMillis").put("p95", 1),
                "cells[0].latencyMillis.p50 was '789.7' but it must be at most p95, which was"
                        + " '1.0'");
        refuses(
                root -> Samples.cell(root, 0).remove("energySource"),
                "cells[0].energySource was 'null' but it must be named where joulesPerFrame is"
                        + " given, like rapl");
        refuses(
                root -> Samples.cell(root, 0).put("energySource", "A Meter"),
                "cells[0].energySource was 'A Meter' but it must be a lower-case name like rapl or"
                        + " modelled");
        refuses(
                root -> Samples.cell(root, 0).remove("cpuMicrosPerFrame"),
                "cells[0].cpuMicrosPerFrame is missing; run 'psconv bench pipeline --json' again");
        refuses(
                root -> Samples.cell(root, 0).put("model", "  "),
                "cells[0].model had 2 characters but it must have 1 to 4,000 that are not all"
                        + " white space");
        refuses(
                root -> Samples.cell(root, 0).put("points", 3),
                "cells[0].points was '3' but it must be an array");
        refuses(
                root ->
                        ((ObjectNode) Samples.cell(root, 0).withArray("points").get(1))
                                .put("sustained", "yes"),
                "cells[0].points[1].sustained was 'yes' but it must be true or false");
        refuses(
                root -> Samples.cell(root, 1).put("parallelism", 1),
                "cells[1] has the model, engine, parallelism and cameras of cells[0] but each may"
                        + " come once");
        refuses(
                root -> root.put("startedAt", "yesterday"),
                "startedAt was 'yesterday' but it must be a time like 2026-05-31T12:00:00Z");
        refuses(
                root -> root.put("kind", "recipe"),
                "kind was 'recipe' but it must be 'psconv-pipeline-bench'");
        refuses(
                root -> root.put("formatVersion", 2),
                "formatVersion was '2' but it must be 1; use the psconv that wrote the file, or"
                        + " measure again");
        refuses(
                root -> root.withArray("cells").set(3, "a cell"),
                "cells[3] was 'a cell' but it must be an object");
    }

    @Test
    void refusesAGoalThatContradictsItself() {
        refuses(
                root -> ((ObjectNode) root.withArray("goals").get(0)).put("reached", true),
                "goals[0].reached was 'true' but it must be false for value 257.5 and goal 100.0");
    }

    @Test
    void bearsAGoalThatRoundingTurned() throws IOException {
        PipelineResults results =
                Samples.changed(
                        root ->
                                ((ObjectNode) root.withArray("goals").get(1))
                                        .put("value", 1.03)
                                        .put("reached", false));

        assertThat(results.goals().get(1).reached()).isFalse();
    }

    @Test
    void refusesWhatIsNoJson() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("{\"kind\": \n nonsense}"))
                .withMessageStartingWith("no valid JSON at line 2, column");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("{\"kind\":\"a\",\"kind\":\"b\"}"))
                .withMessageContaining("Duplicate field 'kind'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("{} {}"))
                .withMessageStartingWith("no valid JSON");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("[1]"))
                .withMessage("the file was an array but it must be a JSON object");
        assertThatIllegalArgumentException().isThrownBy(() -> parse(""));
    }

    @Test
    void namesTheFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("r.json"), "{}");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> PipelineResults.read(file))
                .withMessageStartingWith("'" + file + "': kind is missing");
        Assertions.assertThatThrownBy(() -> PipelineResults.read(folder.resolve("none.json")))
                .isInstanceOf(NoSuchFileException.class);
    }

    private static void refuses(Consumer<ObjectNode> change, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Samples.changed(change))
                .withMessage(message);
    }

    private static void parse(String json) throws IOException {
        ResultsFile.parse(json.getBytes(StandardCharsets.UTF_8));
    }
}
