package io.psconv.operator.classify;

import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.FeatureShapes;
import io.psconv.model.network.Layer;
import io.psconv.model.network.Network;
import io.psconv.model.network.NetworkCost;
import io.psconv.operator.decode.FrameDecoder;
import io.psconv.operator.decode.UndecodableFrameException;
import io.psconv.operator.energy.FrameEnergyMeter;
import io.psconv.operator.energy.ModelledEnergy;
import io.psconv.operator.metrics.ModelMeters;
import io.psconv.operator.metrics.ThreadCpuTime;
import io.psconv.operator.node.NodeRuntime;
import io.psconv.operator.node.SharedModels;
import io.psconv.operator.node.WarmUp;
import io.psconv.operator.record.Crop;
import io.psconv.operator.record.Frame;
import io.psconv.operator.record.FrameEnergy;
import io.psconv.operator.record.ModelIdentity;
import io.psconv.operator.record.ModelReference;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One model as one subtask uses it: its decoder, its batch, its classifier. Not thread-safe. */
final class ServingModel implements AutoCloseable {
    private final ModelIdentity identity;
    private final SharedModels.Lease lease;
    private final List<String> labels;
    private final FrameDecoder decoder;
    private final FrameBatch batch;
    private final Classifier classifier;
    private final float[] logits;
    private final ServiceTimes serviceTimes;
    private final ModelMeters meters;
    private final FrameEnergyMeter energy;
    private long busyNanos;
    private long lastUsedMillis = Long.MIN_VALUE;

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
        this.serviceTimes = new ServiceTimes(settings.maxBatchSize());
        this.meters = new ModelMeters(node.registry(), identity);
        this.energy = node.energy(modelled(lease.model()));
        this.logits = new float[settings.maxBatchSize() * labels.size()];
        WarmUp.run(identity, settings.maxBatchSize(), this::classifyAllSizes);
    }

    /**
     * Classifies batches of one, two, four … images, of half as many more, and a full one:
     * whichever plans of the engine the first frames meet.
     */
    private void classifyAllSizes() {
        int largest = classifier.maxBatch();
        for (int images = 1; images < largest; images *= 2) {
            classifier.classify(batch.input(), images, logits);
            if (images % 4 == 0 && images + images / 2 < largest) {
                classifier.classify(batch.input(), images + images / 2, logits);
            }
        }
        classifier.classify(batch.input(), largest, logits);
    }

    /** Weights once a batch; every map of the network written once and read once. */
    private static ModelledEnergy modelled(LoadedModel model) {
        Network network = model.model().network();
        NetworkCost cost = NetworkCost.of(network, model.executedVariant());
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

    /** The model's classes. */
    List<String> labels() {
        return labels;
    }

    /** Bytes of the model's file. */
    byte[] file() {
        return lease.file();
    }

    FrameBatch batch() {
        return batch;
    }

    /** What the batch as it is will take; 0 while nothing is known. */
    long estimatedNanos() {
        return batch.isEmpty() ? 0 : serviceTimes.estimate(batch.size());
    }

    /** When the model was last given a frame. */
    long lastUsedMillis() {
        return lastUsedMillis;
    }

    /**
     * Decodes a frame into the batch, where there must be room.
     *
     * @param bySecond whether this is the second model of its route
     * @param crop the part of the image, or null for all of it
     * @param nowMillis the clock
     * @throws UndecodableFrameException if the payload is no image that can be classified
     */
    void decode(
            Frame frame,
            FrameInFlight inFlight,
            boolean bySecond,
            @Nullable Crop crop,
            long nowMillis)
            throws UndecodableFrameException {
        long start = System.nanoTime();
        long cpuStart = ThreadCpuTime.nanos();
        decoder.decode(frame, crop, batch.input(), batch.nextOffset());
        long nanos = System.nanoTime() - start;
        inFlight.await(nanos, batch.hashOfNext());
        batch.add(new FrameBatch.Entry(inFlight, bySecond));
        meters.decoded(nanos, ThreadCpuTime.nanos() - cpuStart);
        busyNanos += nanos;
        lastUsedMillis = nowMillis;
    }

    /** Classifies the batch, gives each frame its answer, and is empty then. */
    List<FrameBatch.Entry> classify() {
        List<FrameBatch.Entry> entries = batch.take();
        int frames = entries.size();
        long start = System.nanoTime();
        long cpuStart = ThreadCpuTime.nanos();
        classifier.classify(batch.input(), frames, logits);
        long cpuNanos = ThreadCpuTime.nanos() - cpuStart;
        long nanos = System.nanoTime() - start;
        serviceTimes.record(frames, nanos);
        FrameInFlight.BatchCost cost =
                new FrameInFlight.BatchCost(start, nanos, frames, charge(frames, nanos, cpuNanos));
        int classes = labels.size();
        for (int image = 0; image < frames; image++) {
            FrameBatch.Entry entry = entries.get(image);
            float[] own = Arrays.copyOfRange(logits, image * classes, (image + 1) * classes);
            entry.frame().answered(entry.bySecond(), new Answer(identity, labels, own), cost);
            if (!entry.bySecond()) {
                meters.queued(entry.frame().queueNanos());
            }
        }
        return entries;
    }

    private @Nullable FrameEnergy charge(int frames, long inferenceNanos, long cpuNanos) {
        long batchNanos =
                energy.countsDeviceTime()
                        ? classifier.deviceNanos().orElse(0)
                        : busyNanos + inferenceNanos;
        busyNanos = 0;
        FrameEnergy charge = energy.charge(batchNanos, frames);
        meters.classified(frames, inferenceNanos, cpuNanos, charge);
        return charge;
    }

    @Override
    public void close() {
        decoder.close();
        classifier.close();
        lease.close();
    }
}
