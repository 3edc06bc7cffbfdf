package io.psconv.model.training;

import io.psconv.model.convolution.FeatureMaps;
import io.psconv.model.convolution.TrainingMaps;
import io.psconv.model.network.FeatureShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a layer makes of a batch, chunk by chunk, with the gradient that comes back to it.
 *
 * <p>Of a convolution the <em>raw</em> output is kept, before normalization; what comes behind is
 * computed anew by whoever reads it, since reading one array is as quick as reading another. Only
 * where a residual is added is the activation itself kept too.
 *
 * <p>Readers give their share of the gradient in the reverse order of the layers. The last one
 * finishes it: residual shares are added, and what the ReLU stopped becomes zero.
 */
final class Activation {
    private final FeatureShape shape;
    private final int images;
    private final FeatureMaps[] raw;
    private final FeatureMaps[] gradients;
    private final TrainingMaps loops;
    private final boolean relu;
    private final float[] ones;
    private final float[] zeros;

    /** By channel: what makes the activation of the raw output. */
    final float[] scale;

    final float[] shift;

    /** By channel: what the products of the gradient are taken around. */
    final float[] mean;

    /** By chunk, then channel: sums of the finished gradient. */
    final double[] gradientSums;

    /** By chunk, then channel: its products with the raw output less the mean. */
    final double[] gradientProducts;

    /** The activations themselves, if they are kept; the raw output if that is the same. */
    private FeatureMaps @Nullable [] kept;

    /** Those of layers that add this one as a residual; its gradient is theirs. */
    private final List<Activation> residualReaders = new ArrayList<>();

    private int inputReaders;
    private boolean inputReaderIsFirst;
    private int gradientsGiven;

    /**
     * Makes room for a batch.
     *
     * @param images of a chunk
     * @param normalized whether raw outputs and activations differ
     */
    Activation(FeatureShape shape, int images, int batch, boolean normalized, boolean relu) {
        this.shape = shape;
        this.images = images;
        this.relu = relu;
        int chunks = batch / images;
        this.raw = new FeatureMaps[chunks];
        this.gradients = new FeatureMaps[chunks];
        for (int chunk = 0; chunk < chunks; chunk++) {
            raw[chunk] = newMaps();
        }
        this.loops = new TrainingMaps(raw[0]);
        this.scale = new float[shape.channels()];
        this.shift = new float[shape.channels()];
        this.mean = new float[shape.channels()];
        this.ones = new float[shape.channels()];
        this.zeros = new float[shape.channels()];
        Arrays.fill(ones, 1);
        Arrays.fill(scale, 1);
        this.gradientSums = new double[chunks * shape.channels()];
        this.gradientProducts = new double[chunks * shape.channels()];
        this.kept = normalized ? null : raw;
    }

    private FeatureMaps newMaps() {
        return new FeatureMaps(shape.channels(), shape.height(), shape.width(), images);
    }

    FeatureShape shape() {
        return shape;
    }

    /** Images of a chunk. */
    int images() {
        return images;
    }

    int chunks() {
        return raw.length;
    }

    TrainingMaps loops() {
        return loops;
    }

    FeatureMaps raw(int chunk) {
        return raw[chunk];
    }

    FeatureMaps gradient(int chunk) {
        return gradients[chunk];
    }

    /** Says that the activations themselves are to be kept, and room be made for them. */
    void keep() {
        kept = new FeatureMaps[raw.length];
        for (int chunk = 0; chunk < raw.length; chunk++) {
            kept[chunk] = newMaps();
        }
    }

    /** Says that a layer reads this one; called in the order of the layers. */
    void addInputReader() {
        if (inputReaders == 0) {
            inputReaderIsFirst = residualReaders.isEmpty();
        }
        inputReaders++;
        makeRoomForGradients();
    }

    /** Says that a layer adds this one; called in the order of the layers. */
    void addResidualReader(Activation reader) {
        residualReaders.add(reader);
        makeRoomForGradients();
    }

    private void makeRoomForGradients() {
        if (gradients[0] == null) {
            for (int chunk = 0; chunk < gradients.length; chunk++) {
                gradients[chunk] = newMaps();
            }
        }
    }

    /**
     * Computes and keeps a chunk's activation.
     *
     * @param residual activation that is added, or null
     */
    void activate(int chunk, @Nullable Activation residual, Workspace workspace) {
        FeatureMaps[] targets = kept;
        if (targets == null) {
            throw new IllegalStateException("these activations are not kept");
        }
        FeatureMaps added = residual == null ? null : residual.activation(chunk, workspace);
        loops.activate(raw[chunk], scale, shift, added, relu, targets[chunk]);
    }

    /** A chunk's activation, kept or computed for the moment. */
    private FeatureMaps activation(int chunk, Workspace workspace) {
        if (kept != null) {
            return kept[chunk];
        }
        FeatureMaps made = workspace.maps(Workspace.Purpose.RESIDUAL, shape, images);
        loops.activate(raw[chunk], scale, shift, null, relu, made);
        return made;
    }

    /**
     * Reads activations.
     *
     * @param first image to read
     * @param target as many images as it has, a multiple of those of a chunk
     */
    void load(int first, FeatureMaps target, Workspace workspace) {
        if (target.images() == images) {
            load(first / images, target);
            return;
        }
        FeatureMaps slice = workspace.maps(Workspace.Purpose.SLICE, shape, images);
        for (int image = 0; image < target.images(); image += images) {
            load((first + image) / images, slice);
            target.copyImages(slice, 0, image, images);
        }
    }

    private void load(int chunk, FeatureMaps target) {
        if (kept != null) {
            loops.copy(kept[chunk], target);
        } else {
            loops.activate(raw[chunk], scale, shift, null, relu, target);
        }
    }

    /** Says that a new batch's gradient begins. */
    void startGradient() {
        gradientsGiven = 0;
    }

    /** Says that a reader has given its share of all images. */
    void endGradient() {
        gradientsGiven++;
    }

    /**
     * Adds a reader's share of the gradient.
     *
     * @param first image of the share
     * @param share of as many images as it has; may be overwritten
     */
    void addGradient(int first, FeatureMaps share, Workspace workspace) {
        if (share.images() == images) {
            addGradient(first / images, share);
            return;
        }
        FeatureMaps slice = workspace.maps(Workspace.Purpose.SLICE, shape, images);
        for (int image = 0; image < share.images(); image += images) {
            slice.copyImages(share, image, 0, images);
            addGradient((first + image) / images, slice);
        }
    }

    private void addGradient(int chunk, FeatureMaps share) {
        if (gradientsGiven > 0) {
            loops.add(gradients[chunk], share);
        }
        if (gradientsGiven + 1 == inputReaders && inputReaderIsFirst) {
            finish(chunk, share);
        } else {
            loops.copy(share, gradients[chunk]);
        }
    }

    /** Whether the last reader has finished the gradient. */
    boolean isFinished() {
        return inputReaders > 0 && inputReaderIsFirst;
    }

    /** Finishes the gradient where no reader did. */
    void finishGradient(int chunk, Workspace workspace) {
        FeatureMaps sum = workspace.maps(Workspace.Purpose.SLICE, shape, images);
        if (inputReaders > 0) {
            loops.copy(gradients[chunk], sum);
        } else {
            loops.clear(sum);
        }
        finish(chunk, sum);
    }

    private void finish(int chunk, FeatureMaps sum) {
        for (Activation reader : residualReaders) {
            loops.add(reader.gradients[chunk], sum);
        }
        FeatureMaps gate = null;
        if (relu) {
            gate = kept == null ? raw[chunk] : kept[chunk];
        }
        loops.gate(
                sum,
                raw[chunk],
                mean,
                gate,
                kept == null ? scale : ones,
                kept == null ? shift : zeros,
                gradients[chunk],
                gradientSums,
                gradientProducts,
                chunk * shape.channels());
    }

    /**
     * Sums the finished gradient over all pixels.
     *
     * @param target by channel, overwritten
     */
    void sumGradient(float[] target) {
        for (int channel = 0; channel < target.length; channel++) {
            double sum = 0;
            for (int at = channel; at < gradientSums.length; at += target.length) {
                sum += gradientSums[at];
            }
            target[channel] = (float) sum;
        }
    }
}
