package io.psconv.model.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.training.TrainingEngines;
import org.junit.jupiter.api.Test;

/** What holds without PyTorch, which these tests do not have; the rest is tested in tests. */
class DjlTrainingEngineProviderTest {
    @Test
    void isFoundByName() {
        assertThat(TrainingEngines.names()).contains("djl-pytorch");
    }

    @Test
    void saysWhichLibraryItLacks() {
        assertThatThrownBy(() -> TrainingEngines.choose("djl-pytorch"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "engine was 'djl-pytorch' but its library is not on the class path; add"
                                + " ai.djl.pytorch:pytorch-engine, ai.djl.pytorch:pytorch-jni and"
                                + " ai.djl.pytorch:pytorch-native-cpu with the platform's"
                                + " classifier, on a cluster to Flink's lib folder and not to the"
                                + " job");
    }
}
