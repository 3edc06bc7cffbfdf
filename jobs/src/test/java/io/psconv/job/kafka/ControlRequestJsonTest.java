package io.psconv.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.ActivationRequest;
import io.psconv.operator.record.ControlRequest;
import io.psconv.operator.record.Crop;
import io.psconv.operator.record.CropRequest;
import io.psconv.operator.record.DeactivationRequest;
import io.psconv.operator.record.MalformedRequest;
import io.psconv.operator.record.RequestId;
import io.psconv.operator.record.RequestedArm;
import io.psconv.operator.record.RequestedPlan;
import io.psconv.operator.record.RequestedTime;
import io.psconv.operator.record.RoutePlan;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ControlRequestJsonTest {
    private static final String SCHEMA = "control-request.schema.json";
    private static final RequestId ID = new RequestId("model-control", 0, 12);
    private static final RequestedTime NOW = new RequestedTime(0, 0);

    static Stream<ControlRequest> requests() {
        String id = ID.toString();
        return Stream.of(
                activation("default", new RequestedTime(7, 5000), RoutePlan.Kind.SINGLE, 0, "one"),
                activation("day", NOW, RoutePlan.Kind.PAIRED, 0, "one", "two@3"),
                activation("day", NOW, RoutePlan.Kind.CASCADE, 0.1f, "one", "two@3"),
                new ActivationRequest(
                        id,
                        "day",
                        new RequestedPlan(
                                RoutePlan.Kind.SPLIT,
                                "gate-*",
                                List.of(new RequestedArm("one", 90), new RequestedArm("two", 10)),
                                0),
                        NOW),
                new DeactivationRequest(id, "day", new RequestedTime(Long.MAX_VALUE, 0)),
                new CropRequest(id, "Tür \"7\"", new Crop(1, 2, 3, 4), NOW),
                new CropRequest(id, "", null, NOW));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void meetsTheSchemaAndReadsBack(ControlRequest request) throws IOException {
        byte[] json = ControlRequestJson.write(request);

        assertThat(Records.violations(SCHEMA, json)).isEmpty();
        assertThat(ControlRequestJson.read(ID, json)).isEqualTo(request);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'action':'activate','models':[{'model':'one'}]}",
                "{'action':'deactivate','route':'day'}",
                "{'action':'crop','camera':'gate','crop':null}"
            })
    void whatHasAUsualValueMayBeLeftOut(String json) throws IOException {
        byte[] value = Records.bytes(json.replace('\'', '"'));

        assertThat(Records.violations(SCHEMA, value)).isEmpty();
        assertThat(ControlRequestJson.read(ID, value)).isNotInstanceOf(MalformedRequest.class);
    }

    @Test
    void theUsualValuesAreOneModelForAllCamerasNow() {
        assertThat(
                        ControlRequestJson.read(
                                ID,
                                Records.bytes(
                                        "{\"action\":\"activate\",\"models\":[{\"model\":\"one\"}]}")))
                .isEqualTo(activation("default", NOW, RoutePlan.Kind.SINGLE, 0, "one"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | 'action' is missing but it must be a string",
                "{'action':'serve'} | 'action' was 'serve' but it must be 'activate', 'deactivate'"
                        + " or 'crop'",
                "{'action':'activate','model':'one'} | 'model' is no member here but only",
                "{'action':'activate','models':[{'model':'one','wait':1}]} | 'wait' is no member"
                        + " here but only [model, weight] are",
                "{'action':'activate','models':[]} | a SINGLE route had '0' models but it must"
                        + " have 1",
                "{'action':'activate','models':[{'model':'one','weight':0}]} | weight of model"
                        + " 'one' was '0' but it must be at least 1",
                "{'action':'activate','route':'No','models':[{'model':'one'}]} | route was 'No' but"
                        + " it must be 1 to 64",
                "{'action':'activate','models':[{'model':'one'}],'fromMillis':-1} | fromMillis was"
                        + " '-1' but it must be",
                "{'action':'deactivate'} | 'route' is missing but it must be a string",
                "{'action':'crop','camera':'gate'} | 'crop' is missing but it must be an object",
                "{'action':'crop','camera':'gate','crop':{'left':0,'top':0,'width':0,'height':1}} |"
                        + " crop was '0x1' but both must be at least 1",
                "[] | record was an array but it must be a JSON object"
            })
    void whatIsMalformedSaysWhyAndTheSchemaSaysSoToo(String json, String reason)
            throws IOException {
        byte[] value = Records.bytes(json.replace('\'', '"'));

        assertThat(Records.violations(SCHEMA, value)).isNotEmpty();
        ControlRequest request = ControlRequestJson.read(ID, value);
        assertThat(request).isInstanceOf(MalformedRequest.class);
        assertThat(request.request()).isEqualTo("model-control-0@12");
        assertThat(((MalformedRequest) request).reason()).startsWith(reason);
    }

    @Test
    void bytesThatAreNoJsonAreMalformedToo() {
        assertThat(ControlRequestJson.read(ID, new byte[] {(byte) 0xff}).toString())
                .startsWith("MalformedRequest[request=model-control-0@12, reason=record is not");
        assertThat(ControlRequestJson.read(ID, null))
                .isEqualTo(new MalformedRequest("model-control-0@12", "record has no value"));
    }

    @Test
    void aMalformedRequestCannotBeSent() {
        assertThatThrownBy(() -> ControlRequestJson.write(new MalformedRequest("r", "why")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a malformed request cannot be sent: why");
    }

    private static ActivationRequest activation(
            String route, RequestedTime time, RoutePlan.Kind kind, float margin, String... models) {
        return new ActivationRequest(
                ID.toString(),
                route,
                new RequestedPlan(
                        kind,
                        "*",
                        Stream.of(models).map(model -> new RequestedArm(model, 1)).toList(),
                        margin),
                time);
    }
}
