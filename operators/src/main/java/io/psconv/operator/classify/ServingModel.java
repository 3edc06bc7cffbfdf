package io.psconv.operator.classify;

import io.psconv.model.engine.Classifier;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.FeatureShapes;
import io.psconv.model.network.Layer;
import io.psconv.model.network.Network;
import io.psconv.model.network.NetworkCost;
import io.psconv.operator.decode.FrameDecoder;
import io.psconv.operator.energy.FrameEnergyMeter;
import io.psconv.operator.energy.ModelledEnergy;
import io.psconv.operator.metrics.ModelMeters;
import io.psconv.operator.node.NodeRuntime;
import io.psconv.operator.node.SharedModels;
import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.FrameEnergy;
import io.psconv.operator.record.ModelIdentity;
import io.psconv.operator.record.ModelReference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One model as one subtask uses it: its decoder, its batch, its classifier. Not thread-safe. */
final class ServingModel implements AutoCloseable {
    /** After so many runs nothing gets faster, and no start shall take longer than so long. */
    private static final int WARM_UP_RUNS = 12;

    private static final long WARM_UP_NANOS = 2_000_000_000L;

    private final ModelIdentity identity;
    private final SharedModels.Lease lease;
    private final List<String> labels;
    private final FrameDecoder decoder;
    private final FrameBatch batch;
    private final Classifier classifier;
    private final float[] logits;
    private final ModelMeters meters;
    private final FrameEnergyMeter energy;
    private long busyNanos;

    ServingModel(
            ModelReference reference,
            SharedModels.Lease lease,
            ClassifySettings settings,
            NodeRuntime.Lease node) {
        CompressedModel model = lease.model().model();
        this.lease = lease;
        this.identity =
                new ModelIdentity(
                        reference.name(),
                        reference.version(),
                        reference.digest(),
                        model.variant().name(),
                        lease.model().engine());
        this.labels = model.metadata().labels();
        int frameLength = model.network().input().length();
        checkBuffer(settings, frameLength);
        this.batch = new FrameBatch(settings.maxBatchSize(), frameLength);
        this.decoder =
                new FrameDecoder(
                        model.network().input(),
                        model.metadata().normalisation(),
                        settings.decodeLimits(),
                        settings.crop());
        this.classifier = lease.model().newClassifier(settings.maxBatchSize());
        this.meters = new ModelMeters(node.registry(), identity);
        this.energy = node.energy(modelled(model));
        this.logits = new float[settings.maxBatchSize() * labels.size()];
        warmUp();
    }

    /**
     * Runs batches of one, two, four … images and a full one, so that the first frames do not wait
     * for the compiler, whichever plans of the engine they meet.
     */
    private void warmUp() {
        long end = System.nanoTime() + WARM_UP_NANOS;
        int largest = classifier.maxBatch();
        for (int run = 0; run < WARM_UP_RUNS && System.nanoTime() < end; run++) {
            for (int images = 1; images < largest; images *= 2) {
                classifier.classify(batch.input(), images, logits);
            }
            classifier.classify(batch.input(), largest, logits);
        }
    }

    /** Weights once a batch; every map of the network written once and read once. */
    private static ModelledEnergy modelled(CompressedModel model) {
        Network network = model.network();
        NetworkCost cost = NetworkCost.of(network, model.variant());
        FeatureShapes shapes = network.shapes();
        long maps = network.input().length();
        for (Layer layer : network.layers()) {
            maps += shapes.of(layer.name()).length();
        }
        return new ModelledEnergy(cost.parameters(), 2 * maps, cost.macs());
    }

    private static void checkBuffer(ClassifySettings settings, int frameLength) {
        long bytes = (long) settings.maxBatchSize() * frameLength * Float.BYTES;
        if (bytes > settings.maxBufferBytes()) {
            throw new IllegalArgumentException(
                    "classify.batch.max-size was '"
                            + settings.maxBatchSize()
                            + "', which needs "
                            + bytes
                            + " bytes of decoded frames, but classify.buffer.max-bytes allows "
                            + settings.maxBufferBytes()
                            + "; lower the one or raise the other");
        }
    }

    ModelIdentity identity() {
        return identity;
    }

    /** Whether this is the model meant: name, version and file. */
    boolean isOf(ModelReference reference) {
        return reference.version() == identity.version()
                && reference.name().equals(identity.name())
                && reference.digest().equals(identity.digest());
    }

    FrameDecoder decoder() {
        return decoder;
    }

    FrameBatch batch() {
        return batch;
    }

    /** Says that a frame of the batch to come was decoded. */
    void decoded(long nanos) {
        meters.decoded(nanos);
        busyNanos += nanos;
    }

    /** Computes the logits of the batch. */
    void classify() {
        classifier.classify(batch.input(), batch.pending().size(), logits);
    }

    /**
     * Says how long the batch took, and asks what each of its frames is charged with.
     *
     * @return null where nothing is known
     */
    @Nullable FrameEnergy charge(long inferenceNanos) {
        int frames = batch.pending().size();
        long batchNanos = busyNanos + inferenceNanos;
        busyNanos = 0;
        energy.busy(batchNanos);
        FrameEnergy charge = energy.charge(batchNanos, frames);
        meters.classified(frames, inferenceNanos, charge);
        return charge;
    }

    void queued(long nanos) {
        meters.queued(nanos);
    }

    /** The best classes of an image of the batch classified last. */
    List<ClassScore> best(int image, int count) {
        return Scores.best(logits, image, labels, count);
    }

    @Override
    public void close() {
        decoder.close();
        classifier.close();
        lease.close();
    }
}
