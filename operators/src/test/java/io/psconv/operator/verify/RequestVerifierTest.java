package io.psconv.operator.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.InferenceEngines;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.store.StoredModel;
import io.psconv.operator.record.AcceptedCrop;
import io.psconv.operator.record.AcceptedPlan;
import io.psconv.operator.record.ActivationRequest;
import io.psconv.operator.record.ControlRequest;
import io.psconv.operator.record.Crop;
import io.psconv.operator.record.CropRequest;
import io.psconv.operator.record.DeactivationRequest;
import io.psconv.operator.record.DecisionEntry;
import io.psconv.operator.record.MalformedRequest;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.Refusal;
import io.psconv.operator.record.RequestedArm;
import io.psconv.operator.record.RequestedPlan;
import io.psconv.operator.record.RequestedTime;
import io.psconv.operator.record.RoutePlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestVerifierTest {
    private static final RequestedTime NOW = new RequestedTime(0, 0);
    private static final long LEAD = 5000;

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private StoreOfModels store;

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private ModelVerifier models;

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private RequestVerifier verifier;

    @BeforeEach
    void start(@TempDir Path folder) {
        store = new StoreOfModels(folder);
        models =
                new ModelVerifier(
                        store.store(),
                        InferenceEngines.choose("jvm", "auto", false),
                        4,
                        4 * 3 * 32 * 32 * Float.BYTES);
        verifier = new RequestVerifier(models, LEAD);
    }

    @Test
    void aNameMeansItsNewestVersionAtTheTimeOfTheDecision() throws IOException {
        store.publish("net", 10, 1);
        StoredModel second = store.publish("net", 10, 2);

        DecisionEntry before = verifier.decide(activation("net"));
        StoredModel third = store.publish("net", 10, 3);

        assertThat(before).isEqualTo(accepted(second));
        assertThat(verifier.decide(activation("net"))).isEqualTo(accepted(third));
        assertThat(verifier.decide(activation("net@2"))).isEqualTo(accepted(second));
    }

    @Test
    void onlyModelsNotYetVerifiedAreLoaded() throws IOException {
        store.publish("net", 10, 1);
        store.publish("other", 10, 2);

        for (int request = 0; request < 5; request++) {
            verifier.decide(activation("net"));
        }
        assertThat(models.loads()).isEqualTo(1);

        verifier.decide(activation("other"));
        assertThat(models.loads()).isEqualTo(2);
    }

    @Test
    void everyLoadedModelIsGivenUp() throws IOException {
        StoredModel stored = store.publish("net", 10, 1);
        CountingEngine engine = new CountingEngine();
        RequestVerifier counted =
                new RequestVerifier(new ModelVerifier(store.store(), engine, 1, 1 << 20), LEAD);

        assertThat(counted.decide(activation("net"))).isEqualTo(accepted(stored));
        store.publishUnsound("unsound");
        assertThat(counted.decide(activation("unsound"))).isInstanceOf(Refusal.class);

        assertThat(engine.loaded).isEqualTo(2);
        assertThat(engine.closed).isEqualTo(2);
    }

    @Test
    void aMissingModelIsRefusedWithWhatThereIs() throws IOException {
        store.publish("net", 10, 1);
        store.publish("other", 10, 2);

        assertThat(verifier.decide(activation("nat")))
                .isEqualTo(
                        new Refusal(
                                "c-0@7",
                                "model was 'nat' but store '"
                                        + store.root()
                                        + "' has only net, other"));
        assertThat(reason(activation("net@4")))
                .isEqualTo("model was 'net@4' but 'net' has only versions [1]");
        assertThat(reason(activation("../net"))).startsWith("model name was '../net'");
    }

    @Test
    void aChangedFileIsRefusedEvenAfterItWasSoundOnce() throws IOException {
        StoredModel model = store.publish("net", 10, 1);
        assertThat(verifier.decide(activation("net"))).isEqualTo(accepted(model));

        StoreOfModels.damage(model);

        assertThat(reason(activation("net"))).startsWith("digest of model 'net@1' was '");
    }

    @Test
    void aModelThatMissesItsGoldenVectorsIsRefusedEachTime() throws IOException {
        store.publishUnsound("net");

        assertThat(reason(activation("net"))).contains(" of golden image 0 was '");
        assertThat(reason(activation("net"))).contains(" of golden image 0 was '");
    }

    @Test
    void aModelTooLargeForTheJobsBufferIsRefusedUnloaded() throws IOException {
        store.publish("net", 10, 1);
        ModelVerifier small =
                new ModelVerifier(
                        store.store(), InferenceEngines.choose("jvm", "auto", false), 32, 1000);

        assertThatThrownBy(() -> small.verify("net"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "model 'net@1' needs 393216 bytes for 32 decoded frames, which is"
                                + " classify.batch.max-size, but classify.buffer.max-bytes allows"
                                + " 1000; lower the one or raise the other");
        assertThat(small.loads()).isZero();
    }

    @Test
    void aSplitIsAcceptedWithItsWeights() throws IOException {
        StoredModel one = store.publish("one", 10, 1);
        StoredModel two = store.publish("two", 10, 2);
        RequestedPlan plan =
                new RequestedPlan(
                        RoutePlan.Kind.SPLIT,
                        "gate-*",
                        List.of(new RequestedArm("one", 90), new RequestedArm("two", 10)),
                        0);

        assertThat(verifier.decide(new ActivationRequest("c-0@7", "day", plan, NOW)))
                .isEqualTo(
                        new AcceptedPlan(
                                "c-0@7",
                                "day",
                                RoutePlan.split(
                                        "gate-*", List.of(reference(one), reference(two)), 90, 10),
                                new RequestedTime(0, LEAD)));
    }

    @Test
    void modelsOfOneRouteMustHaveTheSameClasses() throws IOException {
        store.publish("ten", 10, 1);
        store.publish("three", 3, 1);

        assertThat(reason(activation(RoutePlan.Kind.PAIRED, "ten", "three")))
                .isEqualTo(
                        "models 'ten@1' and 'three@1' of one route must have the same classes but"
                                + " one has 10 and the other 3; give each a route of its own");
    }

    @Test
    void everyArmMustExist() throws IOException {
        store.publish("ten", 10, 1);

        assertThat(reason(activation(RoutePlan.Kind.PAIRED, "ten", "eleven")))
                .contains("'eleven'")
                .endsWith("has only ten");
    }

    @Test
    void theDefaultRouteKeepsAllCamerasAndNeverEnds() throws IOException {
        store.publish("net", 10, 1);

        assertThat(
                        reason(
                                new ActivationRequest(
                                        "c-0@7",
                                        "default",
                                        RequestedPlan.single("gate-*", "net"),
                                        NOW)))
                .startsWith("cameras of route 'default' were 'gate-*' but it serves all");
        assertThat(reason(new DeactivationRequest("c-0@7", "default", NOW)))
                .isEqualTo("route 'default' cannot end; activate another model on it");
    }

    @Test
    void otherRequestsNeedNoModel() {
        Crop crop = new Crop(1, 2, 3, 4);
        RequestedTime late = new RequestedTime(99, 60_000);

        assertThat(verifier.decide(new DeactivationRequest("c-0@7", "day", late)))
                .isEqualTo(new AcceptedPlan("c-0@7", "day", null, late));
        assertThat(verifier.decide(new CropRequest("c-0@8", "gate", crop, NOW)))
                .isEqualTo(new AcceptedCrop("c-0@8", "gate", crop, new RequestedTime(0, LEAD)));
        assertThat(verifier.decide(new MalformedRequest("c-0@9", "not JSON")))
                .isEqualTo(new Refusal("c-0@9", "not JSON"));
    }

    @Test
    void aStoreThatIsNotThereIsAReasonToo() {
        RequestVerifier lost =
                RequestVerifier.of(
                        new VerifierSettings(
                                store.root().resolve("gone").toString(),
                                "jvm",
                                "auto",
                                false,
                                1,
                                1 << 20,
                                LEAD),
                        "jvm");

        assertThat(((Refusal) lost.decide(activation("net"))).reason())
                .contains("there is no such folder");
    }

    @Test
    void aLongReasonIsCut() {
        assertThat(RequestVerifier.refusal(activation("net"), "x".repeat(5000)).reason())
                .hasSize(2002)
                .endsWith("x …");
    }

    private String reason(ControlRequest request) {
        assertThat(verifier.decide(request)).isInstanceOf(Refusal.class);
        return ((Refusal) verifier.decide(request)).reason();
    }

    private static ActivationRequest activation(String model) {
        return activation(RoutePlan.Kind.SINGLE, model);
    }

    private static ActivationRequest activation(RoutePlan.Kind kind, String... models) {
        return new ActivationRequest(
                "c-0@7",
                "default",
                new RequestedPlan(
                        kind,
                        "*",
                        Arrays.stream(models).map(model -> new RequestedArm(model, 1)).toList(),
                        0),
                NOW);
    }

    private static AcceptedPlan accepted(StoredModel model) {
        return new AcceptedPlan(
                "c-0@7",
                "default",
                RoutePlan.single("*", reference(model)),
                new RequestedTime(0, LEAD));
    }

    private static ModelReference reference(StoredModel model) {
        return new ModelReference(model.name(), model.version(), model.digest());
    }

    /** The JVM engine, counted. */
    private static final class CountingEngine implements InferenceEngine {
        private final InferenceEngine engine = InferenceEngines.choose("jvm", "auto", false);
        private int loaded;
        private int closed;

        @Override
        public String name() {
            return engine.name();
        }

        @Override
        public LoadedModel load(CompressedModel model) {
            LoadedModel made = engine.load(model);
            loaded++;
            return new LoadedModel() {
                @Override
                public CompressedModel model() {
                    return made.model();
                }

                @Override
                public String engine() {
                    return made.engine();
                }

                @Override
                public io.psconv.model.engine.Classifier newClassifier(int maxBatch) {
                    return made.newClassifier(maxBatch);
                }

                @Override
                public void close() {
                    closed++;
                    made.close();
                }
            };
        }
    }
}
