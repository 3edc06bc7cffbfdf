package io.psconv.tests.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Dependencies point one way: jobs, operators, model-store; and what only one package may use. */
@AnalyzeClasses(packages = "io.psconv", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] MODEL_STORE = {"io.psconv.model.."};
    private static final String[] OPERATORS = {"io.psconv.operator.."};
    private static final String[] SHARED_BY_JOBS = {
        "io.psconv.operator.device..",
        "io.psconv.operator.energy..",
        "io.psconv.operator.metrics..",
        "io.psconv.operator.node..",
        "io.psconv.operator.record.."
    };
    private static final String[] JOBS = {
        "io.psconv.job..",
        "io.psconv.cli..",
        "io.psconv.local..",
        "io.psconv.bench..",
        "io.psconv.layout..",
        "io.psconv.launch.."
    };

    @ArchTest
    static final ArchRule modelStoreKnowsNoOperators =
            noClasses()
                    .that()
                    .resideInAnyPackage(MODEL_STORE)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(OPERATORS);

    @ArchTest
    static final ArchRule modelStoreKnowsNoJobs =
            noClasses()
                    .that()
                    .resideInAnyPackage(MODEL_STORE)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(JOBS);

    @ArchTest
    static final ArchRule operatorsKnowNoJobs =
            noClasses()
                    .that()
                    .resideInAnyPackage(OPERATORS)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(JOBS);

    /** They are in the cluster's lib/, which sees nothing of a job's own jar. */
    @ArchTest
    static final ArchRule whatJobsShareKnowsNothingOfTheirOwn =
            noClasses()
                    .that()
                    .resideInAnyPackage(SHARED_BY_JOBS)
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage("io.psconv..")
                                    .and(not(resideInAnyPackage(SHARED_BY_JOBS)))
                                    .and(not(resideInAnyPackage(MODEL_STORE))));

    /** Else it could not be asked whether the others are there. */
    @ArchTest
    static final ArchRule whoLooksForTheLibraryKnowsNothingElse =
            noClasses()
                    .that()
                    .resideInAPackage("io.psconv.operator.library")
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage("io.psconv..")
                                    .and(not(resideInAnyPackage("io.psconv.operator.library"))));

    @ArchTest
    static final ArchRule modelStoreKnowsNoStreamRuntime =
            noClasses()
                    .that()
                    .resideInAnyPackage(MODEL_STORE)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.apache.flink..", "org.apache.kafka..", "io.micrometer..");

    @ArchTest
    static final ArchRule onlyConvolutionUsesTheVectorApi =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.psconv.model.convolution")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("jdk.incubator.vector..");

    @ArchTest
    static final ArchRule onlyItsPackageUsesDjl =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.psconv.model.djl")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("ai.djl..");

    @ArchTest
    static final ArchRule onlyItsPackageUsesOnnxRuntime =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.psconv.model.onnxruntime")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("ai.onnxruntime..");

    /** Whoever names the engine gets it by its name. */
    @ArchTest
    static final ArchRule nobodyKnowsTheCudaEngine =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.psconv.model.cuda")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.psconv.model.cuda");

    @ArchTest
    static final ArchRule nativeCallsAreOfTheCudaEngineEnergyCountersAndOneDnn =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "io.psconv.model.cuda",
                            "io.psconv.operator.energy",
                            "io.psconv.bench.onednn")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("com.sun.jna..");

    @ArchTest
    static final ArchRule onlyItsPackageUsesOneDnn =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.psconv.bench.onednn")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.bytedeco..");

    /** Everything else runs where Flink's tables are not on the class path. */
    @ArchTest
    static final ArchRule onlyItsPackageUsesFlinkSql =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.psconv.job.sql")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.apache.flink.table..");

    @ArchTest
    static final ArchRule decodingAndEnergyKnowNoFlink =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "io.psconv.operator.decode..",
                            "io.psconv.operator.energy..",
                            "io.psconv.operator.record..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.apache.flink..");

    @ArchTest
    static final ArchRule verifyingKnowsNothingOfServing =
            noClasses()
                    .that()
                    .resideInAPackage("io.psconv.operator.verify")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.psconv.operator.classify..",
                            "io.psconv.operator.decode..",
                            "io.psconv.operator.energy..",
                            "io.psconv.operator.node..");

    @ArchTest
    static final ArchRule jobsKnowNoCommands =
            noClasses()
                    .that()
                    .resideInAnyPackage("io.psconv.job..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.psconv.cli..", "io.psconv.local..", "io.psconv.bench..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.psconv.(*.*)..").should().beFreeOfCycles();
}
