package io.psconv.model.djl;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.SymbolBlock;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterServer;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.util.passthrough.PassthroughNDManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The engine as DJL sees it: models and the arrays that carry their input and output.
 *
 * <p>Its arrays hold numbers and do not compute, so that no other engine is needed.
 */
final class PsconvEngine extends Engine {
    static final String NAME = "pSConv";

    /** DJL's default is the engine of the smallest rank, if below the largest int; RPC's is 15. */
    static final int RANK = Integer.MAX_VALUE - 1;

    private final String version = readVersion();

    @Override
    public @Nullable Engine getAlternativeEngine() {
        return null;
    }

    @Override
    public String getEngineName() {
        return NAME;
    }

    @Override
    public int getRank() {
        return RANK;
    }

    @Override
    public String getVersion() {
        return version;
    }

    @Override
    public boolean hasCapability(String capability) {
        return false;
    }

    @Override
    public Model newModel(String name, @Nullable Device device) {
        return new PsconvModel(name, newBaseManager(device));
    }

    @Override
    public NDManager newBaseManager() {
        return newBaseManager(null);
    }

    @Override
    public NDManager newBaseManager(@Nullable Device device) {
        checkDevice(device);
        return new PassthroughNDManager(this, Device.cpu());
    }

    @Override
    public SymbolBlock newSymbolBlock(NDManager manager) {
        throw new UnsupportedOperationException(
                "engine '"
                        + NAME
                        + "' makes no blocks by themselves; load a model, which has its block");
    }

    @Override
    public GradientCollector newGradientCollector() {
        throw noTraining();
    }

    @Override
    public ParameterServer newParameterServer(Optimizer optimizer) {
        throw noTraining();
    }

    static void checkDevice(@Nullable Device device) {
        if (device != null && !device.equals(Device.cpu())) {
            throw new IllegalArgumentException(
                    "device was '"
                            + device
                            + "' but engine '"
                            + NAME
                            + "' computes on the CPU; leave the device out");
        }
    }

    static UnsupportedOperationException noTraining() {
        return new UnsupportedOperationException(
                "engine '"
                        + NAME
                        + "' does not train through DJL; train elsewhere and bring the weights in"
                        + " with 'psconv models import'");
    }

    private static String readVersion() {
        Properties properties = new Properties();
        try (@Nullable InputStream in =
                PsconvEngine.class.getResourceAsStream("version.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version", "unknown");
    }
}
