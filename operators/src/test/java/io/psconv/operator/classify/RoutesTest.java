package io.psconv.operator.classify;

import static io.psconv.operator.classify.SampleFrames.frame;
import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.model.store.StoredModel;
import io.psconv.operator.node.NodeReadings;
import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.Frame;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.PairedResult;
import io.psconv.operator.record.RejectionReason;
import io.psconv.operator.record.RoutePlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of frames on split, paired and cascaded routes. */
class RoutesTest {
    private static final int FRAMES = 40;

    private SampleStore store;
    private ModelReference sparse;
    private ModelReference dense;

    @BeforeEach
    void publish(@TempDir Path folder) throws Exception {
        store = new SampleStore(folder);
        sparse = reference(store.sparse());
        dense = reference(store.dense());
    }

    @Test
    void splitsByIdentityInProportionToTheWeights() throws Exception {
        RoutePlan plan = RoutePlan.split("*", List.of(sparse, dense), 3, 1);
        RouteInForce route = new RouteInForce("default", plan);
        Map<String, Long> arms = new TreeMap<>();
        for (int offset = 0; offset < 40_000; offset++) {
            arms.merge(route.firstArm(frame(offset, 0).id()).arm(), 1L, Long::sum);
        }

        // Three standard deviations of a fair draw: 3 * sqrt(40,000 * 3/4 * 1/4) = 260.
        long first = Objects.requireNonNull(arms.get("a"));
        assertThat(first).isBetween(29_740L, 30_260L);
        assertThat(arms).containsEntry("b", 40_000 - first);
    }

    @Test
    void answersASplitRouteWithTheModelOfTheArm() throws Exception {
        List<Classification> split = run(RoutePlan.split("*", List.of(sparse, dense), 1, 1), 4);

        inOrder(split);
        assertThat(split)
                .allMatch(
                        answer ->
                                answer.model()
                                        .name()
                                        .equals(
                                                answer.route().arm().equals("a")
                                                        ? sparse.name()
                                                        : dense.name()));
        assertThat(split.stream().map(answer -> answer.route().arm()).distinct().toList())
                .containsExactlyInAnyOrder("a", "b");
        // The same arms for the same frames, however they are batched.
        assertThat(arms(run(RoutePlan.split("*", List.of(sparse, dense), 1, 1), 1)))
                .isEqualTo(arms(split));
    }

    @Test
    void comparesTheModelsOfAPairedRoute() throws Exception {
        List<Classification> alone = run(RoutePlan.single("*", sparse), 4);
        List<Classification> other = run(RoutePlan.single("*", dense), 4);
        List<Classification> paired = run(RoutePlan.paired("*", sparse, dense), 4);

        inOrder(paired);
        for (int index = 0; index < FRAMES; index++) {
            Classification answer = paired.get(index);
            PairedResult compared = paired(answer);
            assertThat(answer.top()).isEqualTo(alone.get(index).top());
            assertThat(answer.route().arm()).isEqualTo("primary");
            assertThat(compared.model()).isEqualTo(other.get(index).model());
            assertThat(compared.best()).isEqualTo(other.get(index).top().get(0));
            assertThat(compared.agrees())
                    .isEqualTo(alone.get(index).label().equals(other.get(index).label()));
            assertThat(compared.maxLogitDifference()).isPositive();
            assertThat(joules(answer)).isGreaterThan(joules(alone.get(index)));
        }
    }

    @Test
    void comparesAModelWithItself() throws Exception {
        List<Classification> paired = run(RoutePlan.paired("*", sparse, sparse), 1);

        inOrder(paired);
        assertThat(paired)
                .allMatch(answer -> paired(answer).agrees())
                .allMatch(answer -> paired(answer).maxLogitDifference() == 0);
    }

    @Test
    void escalatesWhatIsInDoubtAndKeepsTheOrder() throws Exception {
        List<Classification> alone = run(RoutePlan.single("*", sparse), 4);
        List<Classification> other = run(RoutePlan.single("*", dense), 4);
        List<Float> margins =
                alone.stream()
                        .map(answer -> margin(answer.top()))
                        .sorted(Comparator.naturalOrder())
                        .toList();
        float median = margins.get(FRAMES / 2);

        List<Classification> cascade = run(RoutePlan.cascade("*", sparse, dense, median), 4);

        inOrder(cascade);
        int escalated = 0;
        for (int index = 0; index < FRAMES; index++) {
            Classification answer = cascade.get(index);
            boolean doubtful = margin(alone.get(index).top()) < median;
            assertThat(answer.route().margin()).isEqualTo(margin(alone.get(index).top()));
            assertThat(answer.route().arm()).isEqualTo(doubtful ? "escalated" : "screen");
            assertThat(answer.top()).isEqualTo((doubtful ? other : alone).get(index).top());
            escalated += doubtful ? 1 : 0;
        }
        // Untrained networks are certain of some frames: margins of 1.
        assertThat(escalated).isBetween(FRAMES / 4, FRAMES / 2);
        // One frame at a time takes the same ways.
        assertThat(arms(run(RoutePlan.cascade("*", sparse, dense, median), 1)))
                .isEqualTo(arms(cascade));
    }

    @Test
    void crossesCascadesWithoutLosingAFrame() throws Exception {
        try (OperatorRun operator = OperatorRun.start(settings(3))) {
            operator.decision(on("one", "a*", RoutePlan.cascade("a*", sparse, dense, 1)));
            operator.decision(on("two", "b*", RoutePlan.cascade("b*", dense, sparse, 1)));
            for (int offset = 0; offset < FRAMES; offset++) {
                String camera = offset % 2 == 0 ? "a" : "b";
                operator.frame(SampleFrames.frame(camera, offset, 10, SampleFrames.png(offset)));
            }
            operator.barrier();

            inOrder(operator.classifications());
            assertThat(operator.classifications())
                    .allMatch(
                            answer ->
                                    answer.route().arm().equals("escalated")
                                            == (Objects.requireNonNull(answer.route().margin())
                                                    < 1))
                    .anyMatch(answer -> answer.route().arm().equals("escalated"))
                    .allMatch(
                            answer ->
                                    answer.route()
                                            .route()
                                            .equals(answer.camera().equals("a") ? "one" : "two"));
        }
    }

    @Test
    void countsRoutesArmsAndAgreement() throws Exception {
        try (OperatorRun operator = OperatorRun.start(settings(4))) {
            List<Classification> cascade =
                    answers(operator, RoutePlan.cascade("*", sparse, dense, 1));
            long escalated =
                    cascade.stream()
                            .filter(answer -> answer.route().arm().equals("escalated"))
                            .count();

            assertThat(NodeReadings.sum("route.frames", "route", "default", "arm", "escalated"))
                    .isEqualTo((double) escalated)
                    .isPositive();
        }
        try (OperatorRun operator = OperatorRun.start(settings(4))) {
            answers(operator, RoutePlan.paired("*", sparse, sparse));

            assertThat(NodeReadings.sum("route.pairs", "route", "default", "result", "agree"))
                    .isEqualTo(FRAMES);
        }
    }

    @Test
    void flagsFramesPastTheirDeadline() throws Exception {
        ClassifySettings settings = sample(4).deadline(Duration.ofMillis(100), false).make();
        try (OperatorRun operator = OperatorRun.start(settings)) {
            operator.time(1_000);
            operator.frames(frame(1, 899), frame(2, 900));
            operator.barrier();

            assertThat(operator.classifications())
                    .extracting(Classification::late)
                    .containsExactly(true, false);
        }
    }

    @Test
    void dropsFramesPastTheirDeadlineIfToldSo() throws Exception {
        ClassifySettings settings = sample(4).deadline(Duration.ofMillis(100), true).make();
        try (OperatorRun operator = OperatorRun.start(settings)) {
            operator.time(1_000);
            operator.frames(frame(1, 899), frame(2, 900));
            operator.barrier();

            assertThat(operator.output()).containsExactly("frames-0@2");
            assertThat(operator.rejected())
                    .extracting(rejected -> rejected.reason())
                    .containsExactly(RejectionReason.LATE);
        }
    }

    @Test
    void classifiesABatchEarlyForADeadline() throws Exception {
        ClassifySettings settings =
                sample(4)
                        .maxBatchDelay(Duration.ofSeconds(10))
                        .deadline(Duration.ofSeconds(2), false)
                        .make();
        try (OperatorRun operator = OperatorRun.start(settings)) {
            // So that the model's time for one image is learnt; far below a second.
            operator.frame(frame(0, 0));
            operator.barrier();
            operator.time(1_000);
            operator.frame(frame(1, 1_000));
            operator.time(2_000);
            assertThat(operator.output()).containsExactly("frames-0@0");

            operator.time(3_000);
            assertThat(operator.output()).containsExactly("frames-0@0", "frames-0@1");
            assertThat(operator.classifications().get(1).late()).isFalse();
        }
    }

    /** Classifications of the sample frames on the default route. */
    private List<Classification> run(RoutePlan plan, int maxBatch) throws Exception {
        try (OperatorRun operator = OperatorRun.start(settings(maxBatch))) {
            return answers(operator, plan);
        }
    }

    private static List<Classification> answers(OperatorRun operator, RoutePlan plan)
            throws Exception {
        operator.decision(on("default", "*", plan));
        for (Frame next : frames()) {
            operator.frame(next);
        }
        operator.barrier();
        assertThat(operator.classifications()).hasSize(FRAMES);
        return operator.classifications();
    }

    private static List<Frame> frames() {
        List<Frame> frames = new ArrayList<>();
        for (int offset = 0; offset < FRAMES; offset++) {
            frames.add(frame(offset, 10));
        }
        return frames;
    }

    private ClassifySettings settings(int maxBatch) {
        return sample(maxBatch).make();
    }

    private SampleSettings sample(int maxBatch) {
        return new SampleSettings(store.root(), store.sparse()).maxBatchSize(maxBatch);
    }

    private static void inOrder(List<Classification> answers) {
        assertThat(answers)
                .extracting(answer -> answer.frame().offset())
                .isSorted()
                .doesNotHaveDuplicates()
                .hasSize(FRAMES);
    }

    private static List<String> arms(List<Classification> answers) {
        return answers.stream()
                .map(answer -> answer.frame() + " " + answer.route().arm())
                .collect(Collectors.toList());
    }

    private static PairedResult paired(Classification answer) {
        return Objects.requireNonNull(answer.route().paired());
    }

    private static double joules(Classification answer) {
        return Objects.requireNonNull(answer.energy()).joules();
    }

    private static float margin(List<ClassScore> top) {
        return top.get(0).probability() - top.get(1).probability();
    }

    private static ModelDecision on(String route, String cameras, RoutePlan plan) {
        assertThat(plan.cameras()).isEqualTo(cameras);
        return new ModelDecision(route + " begins", route, plan, 0);
    }

    private static ModelReference reference(StoredModel model) {
        return new ModelReference(model.name(), model.version(), model.digest());
    }
}
