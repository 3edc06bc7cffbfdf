package io.psconv.cli;

import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.job.options.ClassifyOptions;
import io.psconv.job.options.EngineOptions.Engine;
import io.psconv.layout.ClusterLibraries;
import io.psconv.layout.ClusterSettings;
import io.psconv.layout.Extra;
import io.psconv.layout.FlinkFolder;
import io.psconv.layout.MemoryDemand;
import io.psconv.layout.MemoryPlan;
import io.psconv.layout.ModelFootprint;
import io.psconv.layout.ProjectJars;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.InferenceEngines;
import io.psconv.model.store.StoredModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lays out the folder of a Flink cluster. */
@Command(
        name = "layout",
        description = {
            "Lays out a Flink cluster that runs the job, from Maven's jars alone.",
            "The folder gets lib, usrlib, plugins, conf, bin and store, and may be copied to other"
                    + " machines with Java 17 or newer. Called again it is brought up to date. A"
                    + " task manager's memory is reckoned from models, options and slots, and"
                    + " printed line by line."
        })
final class LayoutCommand implements Callable<Integer> {
    /** Stands in while the folder is written; each cluster has its own Kafka. */
    private static final String NO_KAFKA = "127.0.0.1:9092";

    @Mixin private final StoreOption store = new StoreOption();

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Option(
            names = "--to",
            required = true,
            paramLabel = "DIR",
            description = "The folder: a new one, an empty one, or one that this command wrote.")
    private Path target;

    @Option(
            names = "--models",
            paramLabel = "NAME[@VERSION],…",
            split = ",",
            defaultValue = "resnet18-psd1_p16",
            description =
                    "Models that serve at the same time; the first one serves first. They are"
                            + " copied into the folder; ${DEFAULT-VALUE} if not given.")
    private List<String> models = List.of();

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            defaultValue = "auto",
            description =
                    "What runs them: auto, jvm, cuda, or a peer, onnxruntime, djl-pytorch or"
                            + " djl-pytorch-grouped, whose library is put into lib; ${DEFAULT-VALUE} if not given.")
    private String engine = "auto";

    @Option(
            names = "--slots",
            paramLabel = "N",
            defaultValue = "2",
            description =
                    "Subtasks in each task manager, at most a processor each; ${DEFAULT-VALUE} if"
                            + " not given.")
    private int slots = 2;

    @Option(
            names = "--task-managers",
            paramLabel = "N",
            defaultValue = "1",
            description = "Task managers that the job is to fill; ${DEFAULT-VALUE} if not given.")
    private int taskManagers = 1;

    @Option(
            names = "--gpus",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "NVIDIA devices of each task manager, with --engine cuda and the jar of Flink's GPU"
                            + " driver, flink-external-resource-gpu, in PSCONV_CLASS_PATH; all that"
                            + " a process sees without it.")
    private int gpus = 1;

    @Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description =
                    "Address that the processes listen at, without any password: 0.0.0.0 for all,"
                            + " in a network of their own; ${DEFAULT-VALUE} if not given.")
    private String bind = "127.0.0.1";

    @Option(
            names = "--checkpoints",
            paramLabel = "URI",
            description =
                    "Where checkpoints go, which all processes must reach; the folder's own"
                            + " checkpoints if not given.")
    private @Nullable URI checkpoints;

    @Option(
            names = "--with",
            paramLabel = "EXTRA,…",
            split = ",",
            description =
                    "What else to put in: kubernetes (high availability there), prometheus (Flink's"
                            + " own metrics for it), s3 (checkpoints at s3://), sql (Flink SQL with"
                            + " models of ours, its client and its gateway).")
    private List<Extra> extras = List.of();

    @Option(
            names = "-D",
            paramLabel = "KEY=VALUE",
            description =
                    "An option of the job, for example -Dclassify.batch.max-size=64; kept in"
                            + " conf/job.properties.")
    private final Map<String, String> options = new LinkedHashMap<>();

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (taskManagers < 1) {
            throw new IllegalArgumentException(
                    "--task-managers was '" + taskManagers + "' but it must be at least 1");
        }
        List<StoredModel> stored = new ArrayList<>();
        for (String model : models) {
            stored.add(store.store().resolve(model));
        }
        ClassifyOptions job = ClassifyOptions.of(configuration());
        ClusterLibraries libraries = ClusterLibraries.ofThisJvm();
        Set<Extra> wanted = wanted(job.engine().engine(), libraries);
        libraries.require(wanted);
        MemoryPlan reckoned = MemoryPlan.of(MemoryDemand.of(slots, footprints(stored, job), job));
        MemoryPlan memory = wanted.contains(Extra.SQL) ? reckoned.withSql(slots) : reckoned;
        FlinkFolder folder = new FlinkFolder(target);
        folder.writeLibraries(libraries, ProjectJars.find(), wanted, FlinkFolder.Placement.COPY);
        folder.writeConfiguration(
                new ClusterSettings(
                        bind,
                        slots,
                        Math.multiplyExact(slots, taskManagers),
                        checkpoints == null
                                ? folder.root().resolve("checkpoints").toUri()
                                : checkpoints,
                        memory,
                        wanted.contains(Extra.EXTERNAL_RESOURCE_GPU) ? gpus : 0),
                kept());
        for (StoredModel model : stored) {
            folder.addModel(model);
        }
        report(folder, memory, wanted.contains(Extra.SQL));
        return 0;
    }

    /** The engine is an option of the job like any other. */
    private Configuration configuration() {
        Configuration configuration = new Configuration();
        configuration.set(ClassifyConfigOptions.KAFKA_BOOTSTRAP_SERVERS, NO_KAFKA);
        configuration.set(ClassifyConfigOptions.CLASSIFY_STORE, store.folder().toString());
        kept().forEach(configuration::setString);
        return configuration;
    }

    /** What the job is told each time. */
    private Map<String, String> kept() {
        Map<String, String> kept = new LinkedHashMap<>();
        kept.put(ClassifyConfigOptions.CLASSIFY_MODEL.key(), models.get(0));
        kept.put(ClassifyConfigOptions.CLASSIFY_ENGINE.key(), engine);
        kept.putAll(options);
        return kept;
    }

    private List<ModelFootprint> footprints(List<StoredModel> stored, ClassifyOptions job)
            throws Exception {
        if (job.engine().engine() == Engine.CUDA) {
            return footprintsBesideDevices(stored, job);
        }
        InferenceEngine engine =
                InferenceEngines.choose(
                        job.engine().spec(),
                        job.engine().convolution().toString(),
                        job.engine().requireVector());
        List<ModelFootprint> footprints = new ArrayList<>();
        for (StoredModel model : stored) {
            footprints.add(
                    ModelFootprint.measure(
                            model.reference(),
                            Files.size(model.path()),
                            store.store().read(model),
                            engine,
                            job.batch().maxSize()));
        }
        return footprints;
    }

    /** This machine need not have the devices that the cluster's have. */
    private List<ModelFootprint> footprintsBesideDevices(
            List<StoredModel> stored, ClassifyOptions job) throws Exception {
        List<ModelFootprint> footprints = new ArrayList<>();
        for (StoredModel model : stored) {
            footprints.add(
                    ModelFootprint.besideDevices(
                            model.reference(),
                            Files.size(model.path()),
                            store.store().read(model),
                            job.batch().maxSize()));
        }
        return footprints;
    }

    private Set<Extra> wanted(Engine chosen, ClusterLibraries libraries) {
        Set<Extra> wanted = EnumSet.noneOf(Extra.class);
        wanted.addAll(extras);
        if (chosen == Engine.ONNXRUNTIME) {
            wanted.add(Extra.ONNXRUNTIME);
        } else if (chosen.needsPyTorch()) {
            wanted.add(Extra.DJL_PYTORCH);
        } else if (chosen == Engine.CUDA
                && libraries.available().contains(Extra.EXTERNAL_RESOURCE_GPU)) {
            // Maven cannot fetch it, since its parent is not published; without it subtasks use all
            // the devices that their process sees.
            wanted.add(Extra.EXTERNAL_RESOURCE_GPU);
        }
        return wanted;
    }

    private void report(FlinkFolder folder, MemoryPlan memory, boolean hasSql) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        memory.print(out);
        try (Stream<Path> jars = Files.list(folder.lib())) {
            List<Path> libraries = jars.toList();
            long bytes = 0;
            for (Path jar : libraries) {
                bytes += Files.size(jar);
            }
            out.printf(
                    "laid out in %s: %d libraries, %d MiB%n",
                    folder.root(), libraries.size(), bytes >> 20);
        }
        out.printf(
                "start it: bin/jobmanager.sh, bin/taskmanager.sh, then bin/submit.sh"
                        + " -Dkafka.bootstrap-servers=HOST:PORT%n");
        if (hasSql) {
            out.printf(
                    "in SQL: bin/sql-client.sh, with models at 'store' = '%s'%n", folder.store());
        }
        out.flush();
    }
}
