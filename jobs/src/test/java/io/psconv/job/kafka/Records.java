package io.psconv.job.kafka;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.psconv.operator.record.AcceptedPlan;
import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.EnergyWindow;
import io.psconv.operator.record.FrameEnergy;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.FrameTiming;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelIdentity;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.RejectedFrame;
import io.psconv.operator.record.RejectionReason;
import io.psconv.operator.record.RequestedTime;
import io.psconv.operator.record.RoutePlan;
import io.psconv.operator.record.RouteResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Records to write, and the published schemas to check them with. */
final class Records {
    static final String DIGEST = "0123456789abcdef".repeat(4);
    static final FrameId FRAME = new FrameId("frames", 3, 1234);

    private Records() {}

    static Classification classification(@Nullable FrameEnergy energy) {
        return new Classification(
                FRAME,
                "gate \"7\" – Süd",
                1_780_000_000_123L,
                "automobile",
                List.of(new ClassScore("automobile", 0.875f), new ClassScore("truck", 0.1f)),
                new ModelIdentity("resnet18-psd1_p16", 2, DIGEST, "PSD1_P16", "jvm"),
                RouteResult.of(ModelDecision.DEFAULT_ROUTE, RoutePlan.SINGLE_ARM),
                0x0123456789abcdefL,
                false,
                new FrameTiming(1_234_000, 56_000, 9_876_000, 32),
                energy);
    }

    static RejectedFrame rejected(
            RejectionReason reason, String camera, String message, byte @Nullable [] payload) {
        return new RejectedFrame(
                FRAME,
                camera,
                1_780_000_000_123L,
                reason,
                message,
                payload == null ? 0 : payload.length,
                DIGEST,
                payload);
    }

    static AcceptedPlan accepted() {
        return new AcceptedPlan(
                "model-control-0@12",
                ModelDecision.DEFAULT_ROUTE,
                RoutePlan.single(
                        RoutePlan.ALL_CAMERAS, new ModelReference("resnet18-psd1_p16", 2, DIGEST)),
                new RequestedTime(1_780_000_000_000L, 5000));
    }

    static EnergyWindow window() {
        return new EnergyWindow(
                "0123456789abcdef",
                "node-1",
                "rapl",
                42,
                1_780_000_000_123L,
                1_780_000_001_140L,
                1_017_003_001L,
                60.25,
                20,
                10.125,
                30.125,
                2_000_000_000L,
                5.0625,
                0.25);
    }

    /** What the published schema of a record finds wrong with a value. */
    static Set<String> violations(String schema, byte[] value) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(Records.class.getResourceAsStream(schema), schema)) {
            JsonSchema compiled = JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(in);
            return compiled
                    .validate(new String(value, StandardCharsets.UTF_8), InputFormat.JSON)
                    .stream()
                    .map(Object::toString)
                    .collect(Collectors.toSet());
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
