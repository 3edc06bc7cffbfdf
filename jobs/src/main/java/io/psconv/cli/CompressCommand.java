package io.psconv.cli;

import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.dataset.TrainingSets;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.MalformedModelException;
import io.psconv.model.pattern.Variant;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.StoredModel;
import io.psconv.model.training.Projection;
import io.psconv.model.training.Recipe;
import io.psconv.model.training.TrainingEngine;
import io.psconv.model.training.TrainingEngines;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lays a trained model on the supports of a variant and trains what is left. */
@Command(
        name = "compress",
        description = {
            "Projects a trained model on the supports of a variant, trains what is left and"
                    + " publishes it.",
            "Says the accuracy on the whole test set before, after the projection and at the end."
                    + " Of two projections, values as they are or each filter scaled to its earlier"
                    + " norm, the one that is right on more of the first training images is taken."
        })
final class CompressCommand implements Callable<Integer> {
    private static final float LEARNING_RATE = 0.05f;
    private static final int JUDGING_IMAGES = 2000;

    @Mixin private final StoreOption store = new StoreOption();
    @Mixin private final TrainingOptions options = new TrainingOptions();

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Option(
            names = "--from",
            required = true,
            paramLabel = "NAME[@VERSION]",
            description = "The trained model, dense or of another variant.")
    private String from;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Option(
            names = "--variant",
            required = true,
            paramLabel = "NAME",
            description = "Supports of the sparse layers, for example PSD1_P16.")
    private String variant;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Name in the store (default: network, variant, data set, compressed).")
    private @Nullable String name;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, MalformedModelException {
        Variant supports = Variant.of(variant);
        TrainingEngine engine = TrainingEngines.choose(options.engine());
        ModelStore models = store.store();
        StoredModel stored = models.resolve(from);
        CompressedModel source = models.read(stored);
        // Before the images are read, which takes a while.
        Projection.PLAIN.onto(source, supports);
        TrainingSets sets =
                TrainingSets.open(
                                options.data(),
                                source.network().input(),
                                options.validation(),
                                options.seed())
                        .withClasses(source.metadata().labels());
        TrainingCourse course =
                new TrainingCourse(
                        options,
                        store.folder(),
                        name == null ? defaultName(source, sets) : name,
                        sets,
                        engine,
                        spec.commandLine().getOut(),
                        spec.commandLine().getErr());
        Projected projected = project(source, supports, sets.train());
        Recipe recipe =
                new Recipe(
                        Recipe.describe(source.network()),
                        variant,
                        stored.reference()
                                + " sha256:"
                                + stored.digest()
                                + " projected "
                                + projected.how().name().toLowerCase(Locale.ROOT),
                        options.length(),
                        options.batch(),
                        options.learningRate(LEARNING_RATE),
                        options.schedule(),
                        options.sgd(),
                        options.augment(),
                        options.validation() == null ? 0 : options.validation(),
                        options.seed());
        course.checkCheckpoint(recipe);
        double before = accuracy(source, sets.test());
        double after = accuracy(projected.model(), sets.test());
        PrintWriter words =
                options.json() ? spec.commandLine().getErr() : spec.commandLine().getOut();
        words.printf(
                Locale.ROOT,
                "before     %.2f %% of %,d test images (%s, %s)%n",
                100 * before,
                sets.test().count(),
                stored.reference(),
                source.variant());
        words.printf(
                Locale.ROOT,
                "projected  %.2f %% (%s, %s; on %,d training images plain %.2f %%, rescaled"
                        + " %.2f %%)%n",
                100 * after,
                supports,
                projected.how().name().toLowerCase(Locale.ROOT),
                Math.min(JUDGING_IMAGES, sets.train().count()),
                100 * projected.shares().getOrDefault(Projection.PLAIN, 0.0),
                100 * projected.shares().getOrDefault(Projection.RESCALED, 0.0));
        words.flush();
        return course.run(
                recipe,
                projected.model(),
                provenance(source, stored, before, after),
                facts(stored, projected.how(), before, after),
                CommandText.of(spec));
    }

    private Projected project(CompressedModel source, Variant supports, LabelledImages train) {
        LabelledImages judging = train.count() <= JUDGING_IMAGES ? train : spread(train);
        Map<Projection, Double> shares = new EnumMap<>(Projection.class);
        Projection best = Projection.PLAIN;
        for (Projection how : Projection.values()) {
            shares.put(how, accuracy(how.onto(source, supports), judging));
            if (shares.getOrDefault(how, 0.0) > shares.getOrDefault(best, 0.0)) {
                best = how;
            }
        }
        return new Projected(best, best.onto(source, supports), shares);
    }

    /** Images from all over a set, which may be ordered by class. */
    private static LabelledImages spread(LabelledImages images) {
        int[] chosen = new int[JUDGING_IMAGES];
        for (int place = 0; place < chosen.length; place++) {
            chosen[place] = (int) ((long) place * images.count() / chosen.length);
        }
        return images.subset(chosen);
    }

    private double accuracy(CompressedModel model, LabelledImages images) {
        return Accuracy.of(model, images, "auto", options.threads(), () -> false).orElseThrow();
    }

    private static Map<String, String> provenance(
            CompressedModel source, StoredModel stored, double before, double after) {
        Map<String, String> provenance = new TreeMap<>();
        source.metadata()
                .provenance()
                .forEach((key, value) -> provenance.put("source." + key, value));
        provenance.put("source.model", stored.reference());
        provenance.put("source.digest", "sha256:" + stored.digest());
        provenance.put("source.variant", source.variant().name());
        provenance.put("test_accuracy_percent_before", percent(before));
        provenance.put("test_accuracy_percent_projected", percent(after));
        return provenance;
    }

    private static Map<String, Object> facts(
            StoredModel stored, Projection how, double before, double after) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("from", stored.reference());
        facts.put("projection", how.name().toLowerCase(Locale.ROOT));
        facts.put("accuracyBefore", before);
        facts.put("accuracyProjected", after);
        return facts;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f", 100 * share);
    }

    private String defaultName(CompressedModel source, TrainingSets sets) {
        return (source.network().architecture() + "-" + variant + "-" + sets.name() + "-compressed")
                .toLowerCase(Locale.ROOT);
    }

    /**
     * A projected model.
     *
     * @param shares of the judging images that each projection is right on
     */
    private record Projected(
            Projection how, CompressedModel model, Map<Projection, Double> shares) {}
}
