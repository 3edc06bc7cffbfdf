package io.psconv.operator.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.engine.EngineSpec;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class GpuResourcesTest {
    private static final EngineSpec CUDA = EngineSpec.parse("cuda precision=fp32");

    @Test
    void tellsTheEngineTheTaskManagersDevices() {
        assertThat(GpuResources.engine(CUDA, devices("3", "0")))
                .isEqualTo("cuda devices=0+3 precision=fp32");
    }

    @Test
    void leavesTheEngineItsDevicesWithoutSuchAResource() {
        assertThat(GpuResources.engine(CUDA, Set.of())).isEqualTo("cuda precision=fp32");
    }

    @Test
    void knowsTheEngineByName() {
        assertThat(GpuResources.isUsedBy("cuda precision=fp16")).isTrue();
        assertThat(GpuResources.isUsedBy("jvm")).isFalse();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"GPU-1b", ""})
    void rejectsAResourceOfAnotherKind(@Nullable String index) {
        Set<ExternalResourceInfo> devices = Set.of(new Device(index));

        assertThatThrownBy(() -> GpuResources.engine(CUDA, devices))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "property 'index' of a device of Flink's external resource 'gpu' was '%s'"
                                + " but it must be a place in nvidia-smi's list; its driver must be"
                                + " Flink's GPUDriverFactory, or set classify.cuda.devices",
                        index == null ? "missing" : index);
    }

    private static Set<ExternalResourceInfo> devices(String... indexes) {
        Set<ExternalResourceInfo> devices = new LinkedHashSet<>();
        Stream.of(indexes).forEach(index -> devices.add(new Device(index)));
        return devices;
    }

    private record Device(@Nullable String index) implements ExternalResourceInfo {
        @Override
        public Optional<String> getProperty(String key) {
            return key.equals("index") ? Optional.ofNullable(index) : Optional.empty();
        }

        @Override
        public Collection<String> getKeys() {
            return List.of("index");
        }
    }
}
