package io.psconv.job.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.job.kafka.ClassificationFormat;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.kafka.StreamPosition;
import io.psconv.job.kafka.StreamPosition.Kind;
import io.psconv.model.engine.InferenceEngines;
import io.psconv.operator.camera.CameraRules;
import io.psconv.operator.camera.ConfidenceRule;
import io.psconv.operator.camera.ExponentialSmoothing;
import io.psconv.operator.camera.MajoritySmoothing;
import io.psconv.operator.camera.OrderRule;
import io.psconv.operator.camera.PresenceRule;
import io.psconv.operator.camera.StillnessRule;
import io.psconv.operator.decode.DecodeLimits;
import io.psconv.operator.energy.EnergySource;
import io.psconv.operator.metrics.OtlpSettings;
import io.psconv.operator.record.Crop;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassifyOptionsTest {
    @Test
    void keysAndDefaultsStayAsTheyAre() {
        Map<String, String> defaults = new LinkedHashMap<>();
        for (ConfigOption<?> option : ClassifyConfigOptions.all()) {
            defaults.put(option.key(), Objects.toString(option.defaultValue()));
        }

        assertThat(defaults)
                .containsExactly(
                        Map.entry("job.name", "psconv-classify"),
                        Map.entry("kafka.bootstrap-servers", "null"),
                        Map.entry("kafka.group-id", "psconv-classify"),
                        Map.entry("frames.topic", "frames"),
                        Map.entry("frames.from", "committed"),
                        Map.entry("frames.until", "null"),
                        Map.entry("classifications.topic", "classifications"),
                        Map.entry("classifications.format", "json"),
                        Map.entry("rejected-frames.topic", "rejected-frames"),
                        Map.entry("camera-events.topic", "null"),
                        Map.entry("decisions.topic", "null"),
                        Map.entry("control.topic", "null"),
                        Map.entry("control.lead", "PT5S"),
                        Map.entry("control.tick-interval", "PT1S"),
                        Map.entry("control.verify-timeout", "PT1M"),
                        Map.entry("energy-windows.topic", "null"),
                        Map.entry("delivery.guarantee", "exactly-once"),
                        Map.entry("delivery.transaction-timeout", "PT15M"),
                        Map.entry("checkpoint.interval", "PT1S"),
                        Map.entry("classify.store", "null"),
                        Map.entry("classify.model", "null"),
                        Map.entry("classify.engine", "auto"),
                        Map.entry("classify.engine.require-vector", "true"),
                        Map.entry("classify.convolution", "auto"),
                        Map.entry("classify.cuda.precision", "fp16"),
                        Map.entry("classify.cuda.devices", "auto"),
                        Map.entry("classify.batch.max-size", "32"),
                        Map.entry("classify.batch.max-delay", "PT0.005S"),
                        Map.entry("classify.deadline", "PT0S"),
                        Map.entry("classify.late", "flag"),
                        Map.entry("classify.buffer.max-bytes", "64 mb"),
                        Map.entry("classify.top-k", "3"),
                        Map.entry("classify.confidence-threshold", "0.0"),
                        Map.entry("classify.max-clock-ahead", "PT1M"),
                        Map.entry("decode.max-pixels", "25000000"),
                        Map.entry("decode.max-bytes", "16 mb"),
                        Map.entry("decode.max-scans", "64"),
                        Map.entry("decode.crop", "null"),
                        Map.entry("rejected.max-payload-bytes", "512 kb"),
                        Map.entry("camera.smoothing", "majority"),
                        Map.entry("camera.smoothing.frames", "5"),
                        Map.entry("camera.smoothing.votes", "3"),
                        Map.entry("camera.smoothing.weight", "0.3"),
                        Map.entry("camera.out-of-orderness", "PT1S"),
                        Map.entry("camera.max-held-frames", "256"),
                        Map.entry("camera.clock-reset-after", "20"),
                        Map.entry("camera.silent-after", "PT1M"),
                        Map.entry("camera.forget-after", "PT24H"),
                        Map.entry("camera.frozen.frames", "10"),
                        Map.entry("camera.frozen.duration", "PT30S"),
                        Map.entry("camera.drift.threshold", "5.0"),
                        Map.entry("camera.drift.min-difference", "0.05"),
                        Map.entry("camera.drift.batch-frames", "20"),
                        Map.entry("camera.drift.baseline-batches", "50"),
                        Map.entry("camera.drift.recent-batches", "15"),
                        Map.entry("energy.source", "auto"),
                        Map.entry("energy.sampling-interval", "PT0.1S"),
                        Map.entry("metrics.host", "127.0.0.1"),
                        Map.entry("metrics.port", "0"),
                        Map.entry("metrics.otlp.url", "null"),
                        Map.entry("metrics.otlp.interval", "PT10S"),
                        Map.entry("metrics.otlp.http-headers", "null"));
    }

    @Test
    void everyOptionIsDescribed() {
        for (ConfigOption<?> option : ClassifyConfigOptions.all()) {
            assertThat(new HtmlFormatter().format(option.description()))
                    .as(option.key())
                    .endsWith(".")
                    .hasSizeGreaterThan(20);
        }
    }

    @Test
    void readsTheDefaults() {
        assertThat(ClassifyOptions.of(required()))
                .isEqualTo(
                        new ClassifyOptions(
                                "psconv-classify",
                                KafkaProperties.of("localhost:9092"),
                                new TopicOptions(
                                        "frames",
                                        "classifications",
                                        "rejected-frames",
                                        null,
                                        null,
                                        null,
                                        null),
                                new ControlOptions(
                                        Duration.ofSeconds(5),
                                        Duration.ofSeconds(1),
                                        Duration.ofMinutes(1)),
                                new SourceOptions(
                                        "psconv-classify",
                                        new StreamPosition(Kind.COMMITTED, 0),
                                        null),
                                new DeliveryOptions(
                                        DeliveryOptions.Guarantee.EXACTLY_ONCE,
                                        Duration.ofMinutes(15),
                                        Duration.ofSeconds(1)),
                                new ModelOptions("models", "resnet18", OptionalInt.empty()),
                                new EngineOptions(
                                        EngineOptions.Engine.AUTO,
                                        true,
                                        EngineOptions.Convolution.AUTO,
                                        EngineOptions.CudaPrecision.FP16,
                                        "auto"),
                                new BatchOptions(
                                        32,
                                        Duration.ofMillis(5),
                                        Duration.ZERO,
                                        BatchOptions.Late.FLAG,
                                        64L << 20),
                                new AnswerOptions(
                                        ClassificationFormat.JSON, 3, 0, Duration.ofMinutes(1)),
                                new DecodeOptions(
                                        new DecodeLimits(25_000_000, 16 << 20), null, 512 << 10),
                                new CameraRules(
                                        new MajoritySmoothing(3, 5),
                                        new PresenceRule(Duration.ofMinutes(1), Duration.ofDays(1)),
                                        new OrderRule(Duration.ofSeconds(1), 256, 20),
                                        new StillnessRule(10, Duration.ofSeconds(30)),
                                        new ConfidenceRule(5, 0.05, 20, 50, 15)),
                                new EnergyOptions(EnergySource.AUTO, Duration.ofMillis(100)),
                                new MetricsOptions(true, "127.0.0.1", 0, 0, null)));
    }

    @Test
    void readsEveryOption() {
        Configuration configuration =
                JobArguments.parse(
                        "-Djob.name=gate",
                        "-Dkafka.bootstrap-servers=a:1,b:2",
                        "-Dkafka.group-id=group",
                        "-Dkafka.security.protocol=SSL",
                        "--kafka",
                        "ssl.key.password=a=b",
                        "-Dframes.topic=f",
                        "-Dframes.from=earliest",
                        "-Dframes.until=latest",
                        "-Dclassifications.topic=c",
                        "-Drejected-frames.topic=r",
                        "-Dcamera-events.topic=e",
                        "-Ddecisions.topic=d",
                        "-Dcontrol.topic=m",
                        "-Dcontrol.lead=2s",
                        "-Dcontrol.tick-interval=100ms",
                        "-Dcontrol.verify-timeout=10s",
                        "-Denergy-windows.topic=w",
                        "-Ddelivery.guarantee=at-least-once",
                        "-Ddelivery.transaction-timeout=1 h",
                        "-Dcheckpoint.interval=10s",
                        "-Dclassify.store=/models with space",
                        "-Dclassify.model=vgg16-psd2_p8@12",
                        "-Dclassify.engine=jvm",
                        "-Dclassify.engine.require-vector=false",
                        "-Dclassify.convolution=scalar",
                        "-Dclassify.cuda.precision=fp32",
                        "-Dclassify.cuda.devices=0,2",
                        "-Dclassify.batch.max-size=64",
                        "-Dclassify.batch.max-delay=20ms",
                        "-Dclassify.deadline=200ms",
                        "-Dclassify.late=drop",
                        "-Dclassify.buffer.max-bytes=1gb",
                        "-Dclassifications.format=avro",
                        "-Dclassify.top-k=5",
                        "-Dclassify.confidence-threshold=0.5",
                        "-Dclassify.max-clock-ahead=0s",
                        "-Ddecode.max-pixels=1000",
                        "-Ddecode.max-bytes=100kb",
                        "-Ddecode.crop=70, 0, 180, 180",
                        "-Drejected.max-payload-bytes=0",
                        "-Dcamera.smoothing=exponential",
                        "-Dcamera.smoothing.frames=1",
                        "-Dcamera.smoothing.votes=1",
                        "-Dcamera.smoothing.weight=0.1",
                        "-Dcamera.out-of-orderness=0",
                        "-Dcamera.max-held-frames=7",
                        "-Dcamera.clock-reset-after=0",
                        "-Dcamera.silent-after=5 s",
                        "-Dcamera.forget-after=1 h",
                        "-Dcamera.frozen.frames=0",
                        "-Dcamera.frozen.duration=0",
                        "-Dcamera.drift.threshold=4",
                        "-Dcamera.drift.min-difference=0.1",
                        "-Dcamera.drift.batch-frames=10",
                        "-Dcamera.drift.baseline-batches=20",
                        "-Dcamera.drift.recent-batches=8",
                        "-Denergy.source=modelled",
                        "-Denergy.sampling-interval=1s",
                        "-Dmetrics.host=0.0.0.0",
                        "-Dmetrics.port=9250-9260",
                        "-Dmetrics.otlp.url=https://collector:4318/v1/metrics",
                        "-Dmetrics.otlp.interval=1 min",
                        "-Dmetrics.otlp.http-headers=authorization = Bearer a=b, x=");

        assertThat(ClassifyOptions.of(configuration))
                .isEqualTo(
                        new ClassifyOptions(
                                "gate",
                                new KafkaProperties(
                                        "a:1,b:2",
                                        Map.of(
                                                "security.protocol",
                                                "SSL",
                                                "ssl.key.password",
                                                "a=b")),
                                new TopicOptions("f", "c", "r", "e", "d", "m", "w"),
                                new ControlOptions(
                                        Duration.ofSeconds(2),
                                        Duration.ofMillis(100),
                                        Duration.ofSeconds(10)),
                                new SourceOptions(
                                        "group",
                                        new StreamPosition(Kind.EARLIEST, 0),
                                        new StreamPosition(Kind.LATEST, 0)),
                                new DeliveryOptions(
                                        DeliveryOptions.Guarantee.AT_LEAST_ONCE,
                                        Duration.ofHours(1),
                                        Duration.ofSeconds(10)),
                                new ModelOptions(
                                        "/models with space", "vgg16-psd2_p8", OptionalInt.of(12)),
                                new EngineOptions(
                                        EngineOptions.Engine.JVM,
                                        false,
                                        EngineOptions.Convolution.SCALAR,
                                        EngineOptions.CudaPrecision.FP32,
                                        "0+2"),
                                new BatchOptions(
                                        64,
                                        Duration.ofMillis(20),
                                        Duration.ofMillis(200),
                                        BatchOptions.Late.DROP,
                                        1L << 30),
                                new AnswerOptions(ClassificationFormat.AVRO, 5, 0.5, Duration.ZERO),
                                new DecodeOptions(
                                        new DecodeLimits(1000, 100 << 10),
                                        new Crop(70, 0, 180, 180),
                                        0),
                                new CameraRules(
                                        new ExponentialSmoothing(0.1, 0.5),
                                        new PresenceRule(
                                                Duration.ofSeconds(5), Duration.ofHours(1)),
                                        new OrderRule(Duration.ZERO, 7, 0),
                                        new StillnessRule(0, Duration.ZERO),
                                        new ConfidenceRule(4, 0.1, 10, 20, 8)),
                                new EnergyOptions(EnergySource.MODELLED, Duration.ofSeconds(1)),
                                new MetricsOptions(
                                        true,
                                        "0.0.0.0",
                                        9250,
                                        9260,
                                        new OtlpSettings(
                                                URI.create("https://collector:4318/v1/metrics"),
                                                Duration.ofMinutes(1),
                                                Map.of("authorization", "Bearer a=b", "x", "")))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "camera.smoothing | median | it must be one of majority, exponential",
                "camera.smoothing.votes | 2 | it must be more than half of camera.smoothing.frames"
                        + " of 5 and at most all",
                "camera.smoothing.votes | 6 | it must be more than half of camera.smoothing.frames"
                        + " of 5 and at most all",
                "camera.smoothing.frames | 0 | it must be a whole number between 1 and 1000",
                "camera.smoothing.weight | 0.0 | it must be a number between 0.001 and 1.0",
                "camera.out-of-orderness | 2 h | it must be a duration between 0 ms and 1 h",
                "camera.max-held-frames | 0 | it must be a whole number between 1 and 65536",
                "camera.clock-reset-after | 1 | it must be at least 2, or 0 for never",
                "camera.silent-after | 31 d | it must be a duration between 0 ms and 30 d",
                "camera.forget-after | 60000 ms | it must be longer than camera.silent-after of"
                        + " 60000 ms",
                "camera.frozen.frames | 1 | it must be at least 2, or 0 for never",
                "camera.frozen.duration | 2 d | it must be a duration between 0 ms and 1 d",
                "camera.drift.threshold | -1.0 | it must be a number between 0.0 and 1000.0",
                "camera.drift.min-difference | 2.0 | it must be a number between 0.0 and 1.0",
                "camera.drift.batch-frames | 0 | it must be a whole number between 1 and 100000",
                "camera.drift.baseline-batches | 1 | it must be a whole number between 2 and 100000",
                "camera.drift.recent-batches | 1 | it must be a whole number between 2 and 1000",
                "camera-events.topic | a b | Kafka allows 1 to 249 letters, digits, dots,"
                        + " underscores and hyphens",
                "classify.batch.max-size | 0 | it must be a whole number between 1 and 1024",
                "classify.batch.max-size | 1025 | it must be a whole number between 1 and 1024",
                "classify.batch.max-size | many | it must be a whole number between 1 and 1024",
                "classify.batch.max-delay | 2 min | it must be a duration between 0 ms and 1 min",
                "classify.batch.max-delay | soon | it must be a duration between 0 ms and 1 min",
                "classify.buffer.max-bytes | 1 kb | it must be a size between 1 mb and 64 gb",
                "classify.buffer.max-bytes | big | it must be a size between 1 mb and 64 gb",
                "classify.top-k | 0 | it must be a whole number between 1 and 1000",
                "classify.confidence-threshold | 1.5 | it must be a number between 0.0 and 1.0",
                "classify.confidence-threshold | NaN | it must be a number between 0.0 and 1.0",
                "classify.max-clock-ahead | 2 d | it must be a duration between 0 ms and 1 d",
                "control.lead | 1 ms | it must be a duration between 20 ms and 7 d",
                "control.tick-interval | 3 s | it must be at most half of control.lead of 5 s, or"
                        + " frames would wait for ticks",
                "control.verify-timeout | 1 ms | it must be a duration between 100 ms and 1 h",
                "control.topic | requests | decisions.topic was not set; name the topic that the"
                        + " decisions are to go to",
                "classify.engine | tpu | it must be one of auto, jvm, cuda, onnxruntime, djl-pytorch, djl-pytorch-grouped",
                "classify.cuda.precision | int8 | it must be one of fp16, fp32",
                "classify.cuda.devices | 0;1 | it must be auto, an index as nvidia-smi has it, such as 0, or several, such as 0,2",
                "classify.engine.require-vector | maybe | it must be true or false",
                "classify.convolution | fast | it must be one of auto, vector, scalar",
                "classify.model | ResNet18 | it must be a name in lower case or name@version, for"
                        + " example resnet18-psd1_p16@1",
                "classify.model | resnet18@0 | it must be a name in lower case or name@version, for"
                        + " example resnet18-psd1_p16@1",
                "checkpoint.interval | 1 ms | it must be a duration between 10 ms and 1 h",
                "decode.max-pixels | 0 | it must be a whole number between 1 and 268435456",
                "decode.max-bytes | 2 gb | it must be a size between 1 bytes and 1 gb",
                "decode.max-scans | 257 | it must be a whole number between 1 and 256",
                "decode.crop | 0,0,0,5 | it must be x,y,width,height in pixels, for example"
                        + " 70,0,180,180",
                "delivery.guarantee | none | it must be one of exactly-once, at-least-once",
                "delivery.transaction-timeout | 1 s | it must be longer than checkpoint.interval of"
                        + " 1 s",
                "energy.source | guess | it must be one of auto, rapl, nvml, modelled, none",
                "energy.sampling-interval | 1 ms | it must be a duration between 20 ms and 1 min",
                "frames.topic | a b | Kafka allows 1 to 249 letters, digits, dots, underscores and"
                        + " hyphens",
                "frames.from | here | it must be earliest, latest, committed or a time, in"
                        + " milliseconds since 1970 UTC or like 2026-05-31T12:00:00Z",
                "kafka.bootstrap-servers | a | it must be host:port, or several separated by"
                        + " commas",
                "metrics.port | 9260-9250 | it must be a port, a range like 9250-9260, 0 for any"
                        + " or off",
                "metrics.port | 0-5 | it must be a port, a range like 9250-9260, 0 for any or off",
                "metrics.port | 65536 | it must be a port, a range like 9250-9260, 0 for any or"
                        + " off",
                "metrics.otlp.interval | 100 ms | it must be a duration between 1 s and 1 h",
                "metrics.otlp.url | collector:4318 | it must be http:// or https:// with a host",
                "rejected.max-payload-bytes | 1 mb | in base64 at most 767250 bytes fit"
                        + " kafka.max.request.size of 1048576; lower the one or raise the other",
            })
    void saysWhatAValueWasAndMustBe(String key, String value, String rule) {
        Configuration configuration = required();
        configuration.setString(key, value);

        assertThatThrownBy(() -> ClassifyOptions.of(configuration))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(key + " was '" + value + "' but " + rule);
    }

    @ParameterizedTest
    @CsvSource({"kafka.bootstrap-servers", "classify.store", "classify.model"})
    void saysWhatIsMissing(String key) {
        Configuration configuration = required();
        configuration.removeKey(key);

        assertThatThrownBy(() -> ClassifyOptions.of(configuration))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(key + " was not set but it is required; pass -D" + key + "=...");
    }

    @Test
    void refusesAnEmptyValue() {
        Configuration configuration = required();
        configuration.setString("decisions.topic", " ");

        assertThatThrownBy(() -> ClassifyOptions.of(configuration))
                .hasMessage("decisions.topic was '' but it must not be empty; leave it out");
    }

    @Test
    void refusesOneTopicForTwoThings() {
        for (String key :
                List.of("rejected-frames.topic", "camera-events.topic", "decisions.topic")) {
            Configuration configuration = required();
            configuration.setString(key, "frames");

            assertThatThrownBy(() -> ClassifyOptions.of(configuration))
                    .hasMessageStartingWith("one topic is named twice");
        }
    }

    @Test
    void refusesEnergyWindowsWithoutEnergy() {
        Configuration configuration = required();
        configuration.setString("energy-windows.topic", "frames");
        assertThatThrownBy(() -> ClassifyOptions.of(configuration))
                .hasMessageStartingWith("one topic is named twice");

        configuration.setString("energy-windows.topic", "windows");
        configuration.setString("energy.source", "none");
        assertThatThrownBy(() -> ClassifyOptions.of(configuration))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "energy-windows.topic was 'windows' but with energy.source none there are"
                                + " no windows; leave the topic out or choose another source");
    }

    @ParameterizedTest
    @CsvSource({
        "classify.batch.maxsize, classify.batch.max-size",
        "classify.batch-size, classify.batch.max-size",
        "energy.interval, energy.source",
        "clasify.model, classify.model",
        "metrics.prt, metrics.port",
        "metrics.otlp.headers, metrics.otlp.http-headers",
        "job.nam, job.name",
        "camera.silent.after, camera.silent-after",
        "camera-event.topic, camera-events.topic",
        "kafka.bootstrap-server, kafka.bootstrap-servers",
        "frame.topic, frames.topic",
    })
    void namesTheNearestKeyOfAnUnknownOne(String key, String nearest) {
        Configuration configuration = required();
        configuration.setString(key, "x");

        assertThatThrownBy(() -> ClassifyOptions.of(configuration))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "option '" + key + "' does not exist; the nearest is '" + nearest + "'");
    }

    @Test
    void leavesFlinksKeysToFlinkAndKafkasToKafka() {
        Configuration configuration = required();
        configuration.setString("execution.checkpointing.dir", "file:///tmp");
        configuration.setString("metrics.reporters", "none");
        configuration.setString("kafka.client.id", "me");

        assertThat(ClassifyOptions.of(configuration).kafka().settings())
                .containsOnly(Map.entry("client.id", "me"));
    }

    @Test
    void aLargerProducerLimitTakesALargerPayload() {
        Configuration configuration = required();
        configuration.setString("rejected.max-payload-bytes", "2 mb");
        configuration.setString("kafka.max.request.size", "4000000");

        assertThatCode(() -> ClassifyOptions.of(configuration)).doesNotThrowAnyException();
    }

    @Test
    void printsNoSecret() {
        Configuration configuration = required();
        configuration.setString("kafka.sasl.jaas.config", "user hunter2");
        configuration.setString("kafka.ssl.key.password", "hunter2");
        configuration.setString("metrics.otlp.url", "http://collector/v1/metrics");
        configuration.setString("metrics.otlp.http-headers", "authorization=hunter2");

        assertThat(ClassifyOptions.of(configuration).toString())
                .contains("sasl.jaas.config=****", "ssl.key.password=****")
                .contains("headers=[authorization]")
                .doesNotContain("hunter2");
    }

    @Test
    void flinkHidesTheHeadersOfOtlp() {
        String key = ClassifyConfigOptions.METRICS_OTLP_HTTP_HEADERS.key();

        assertThat(GlobalConfiguration.isSensitive(key)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metrics.otlp.http-headers | x=1,hunter2 | metrics.otlp.http-headers must be"
                        + " name=value, or several separated by commas, but header 2 is not",
                "metrics.otlp.url | http://user:hunter2@collector/ | metrics.otlp.url has a user in"
                        + " it but logs would show that; put what is secret into"
                        + " metrics.otlp.http-headers",
                "metrics.otlp.url | ftp://u:hunter2@c/ | metrics.otlp.url was 'ftp://…@c/' but it"
                        + " must be http:// or https:// with a host",
            })
    void saysNoSecretWhereOtlpIsWrong(String key, String value, String message) {
        Configuration configuration = required();
        configuration.setString(key, value);

        assertThatThrownBy(() -> ClassifyOptions.of(configuration))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message)
                .hasNoCause();
    }

    /** From which character on, Java's versions count differently. */
    @Test
    void saysNoSecretWhereOtlpIsNoUrl() {
        Configuration configuration = required();
        configuration.setString("metrics.otlp.url", "http://hunter2 secret/");

        assertThatThrownBy(() -> ClassifyOptions.of(configuration))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(
                        "metrics\\.otlp\\.url is no URL from character \\d+ on; write it like"
                                + " http://collector:4318/v1/metrics")
                .hasNoCause();
    }

    @Test
    void everyEngineThereIsCanBeChosen() {
        List<EngineOptions.Engine> chosen = new ArrayList<>();
        for (String name : InferenceEngines.names()) {
            Configuration configuration = required();
            configuration.setString("classify.engine", name);
            EngineOptions.Engine engine = ClassifyOptions.of(configuration).engine().engine();
            assertThat(engine).hasToString(name);
            chosen.add(engine);
        }
        assertThat(chosen).containsExactly(EngineOptions.Engine.values());
    }

    @Test
    void guaranteesAreFlinks() {
        assertThat(DeliveryOptions.Guarantee.EXACTLY_ONCE.toFlink())
                .isEqualTo(DeliveryGuarantee.EXACTLY_ONCE);
        assertThat(DeliveryOptions.Guarantee.AT_LEAST_ONCE.toFlink())
                .isEqualTo(DeliveryGuarantee.AT_LEAST_ONCE);
    }

    @Test
    void metricsCanBeOff() {
        Configuration configuration = required();
        configuration.setString("metrics.port", "off");

        assertThat(ClassifyOptions.of(configuration).metrics().enabled()).isFalse();
    }

    @Test
    void topicsSayWhatIsReadAndWritten() {
        TopicOptions all = new TopicOptions("f", "c", "r", "e", "d", "m", "w");
        assertThat(all.inputs()).containsExactly("f");
        assertThat(all.outputs()).containsExactly("c", "r", "e", "w");

        TopicOptions fewest = new TopicOptions("f", "c", "r", null, null, null, null);
        assertThat(fewest.inputs()).containsExactly("f");
        assertThat(fewest.outputs()).containsExactly("c", "r");
    }

    private static Configuration required() {
        return JobArguments.parse(
                "-Dkafka.bootstrap-servers=localhost:9092",
                "-Dclassify.store=models",
                "-Dclassify.model=resnet18");
    }
}
