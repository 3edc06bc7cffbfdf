package io.psconv.model.training;

import io.psconv.model.dataset.LabelledImages;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Has the next batch made on a thread of its own while the engine computes. */
final class BatchFeeder implements AutoCloseable {
    private final LabelledImages images;
    private final BatchSampler sampler;
    private final Augmentation augmentation;
    private final ExecutorService executor =
            Executors.newSingleThreadExecutor(
                    work -> {
                        Thread thread = new Thread(work, "psconv-batches");
                        thread.setDaemon(true);
                        return thread;
                    });
    private final Batch[] batches = new Batch[2];
    private int next;
    private @Nullable Future<Batch> coming;

    BatchFeeder(LabelledImages images, BatchSampler sampler, Augmentation augmentation) {
        this.images = images;
        this.sampler = sampler;
        this.augmentation = augmentation;
        for (int index = 0; index < batches.length; index++) {
            batches[index] =
                    new Batch(
                            new float[sampler.batch() * images.shape().length()],
                            new int[sampler.batch()]);
        }
    }

    /**
     * The batch of a step; the one after it is begun. It stays as it is until the next call.
     *
     * @param epoch from 0
     * @param step of the epoch, from 0
     */
    Batch batch(int epoch, int step) {
        Future<Batch> asked = coming == null ? submit(epoch, step) : coming;
        Batch batch;
        try {
            batch = asked.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a batch was made", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a batch could not be made", e.getCause());
        }
        boolean lastOfEpoch = step + 1 == sampler.steps();
        coming = submit(lastOfEpoch ? epoch + 1 : epoch, lastOfEpoch ? 0 : step + 1);
        return batch;
    }

    private Future<Batch> submit(int epoch, int step) {
        Batch batch = batches[next];
        next = 1 - next;
        return executor.submit(() -> fill(batch, epoch, step));
    }

    private Batch fill(Batch batch, int epoch, int step) {
        int length = images.shape().length();
        for (int place = 0; place < batch.labels().length; place++) {
            int image = sampler.image(epoch, step, place);
            augmentation.write(epoch, image, batch.input(), place * length);
            batch.labels()[place] = images.label(image);
        }
        return batch;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    /**
     * What a step takes.
     *
     * @param input NCHW, normalised
     * @param labels class by image
     */
    record Batch(float[] input, int[] labels) {}
}
