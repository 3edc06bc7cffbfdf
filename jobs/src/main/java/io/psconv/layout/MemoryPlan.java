package io.psconv.layout;

import io.psconv.job.options.EngineOptions.Engine;
import io.psconv.layout.MemoryLine.Place;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The memory of a task manager's process, and what each part of it is for.
 *
 * <p>All is reckoned for the worst that the options allow, not for what is usual: a process that
 * has too little dies under load, and loses a checkpoint interval of work each time.
 *
 * @param lines what needs memory; parts as large as their lines, rounded up
 */
public record MemoryPlan(List<MemoryLine> lines) {
    private static final long MEBIBYTE = 1L << 20;

    /** The most that decoding takes, see {@link io.psconv.operator.decode.DecodeLimits}. */
    private static final int BYTES_PER_PIXEL = 8;

    /** Of live bytes, so that collections stay short: a frame leaves some kilobytes of garbage. */
    private static final double COLLECTOR_SHARE = 0.3;

    private static final long FRAMEWORK_HEAP = 128 * MEBIBYTE;
    private static final long FRAMEWORK_OFF_HEAP = 128 * MEBIBYTE;
    private static final long NETWORK = 64 * MEBIBYTE;
    private static final long NETWORK_PER_SLOT = 4 * MEBIBYTE;
    private static final long METASPACE = 256 * MEBIBYTE;

    /** Of the table runtime, and what queries are compiled to. */
    private static final long SQL_METASPACE = 64 * MEBIBYTE;

    /** Buffers of windows and sorts, which fail without any. */
    private static final long SQL_MANAGED_PER_SLOT = 32 * MEBIBYTE;

    private static final long OVERHEAD = 192 * MEBIBYTE;
    private static final long OVERHEAD_PER_SLOT = 16 * MEBIBYTE;

    /** Threads of Kafka and Netty each keep direct buffers as large as what they last moved. */
    private static final long DIRECT_PER_SLOT = 16 * MEBIBYTE;

    /** Libraries of a dense peer that are mapped and touched, measured on linux-x86_64. */
    private static final long ONNXRUNTIME_LIBRARY = 64 * MEBIBYTE;

    private static final long PYTORCH_LIBRARY = 384 * MEBIBYTE;

    /** What a context takes of the host; usual for drivers of these years, not measured. */
    private static final long CUDA_CONTEXT = 512 * MEBIBYTE;

    public MemoryPlan {
        lines = List.copyOf(lines);
    }

    /** Plans for the worst that a demand allows. */
    public static MemoryPlan of(MemoryDemand demand) {
        List<MemoryLine> lines = new ArrayList<>();
        addModels(lines, demand);
        addSubtasks(lines, demand);
        long live =
                lines.stream()
                        .filter(line -> line.place() == Place.HEAP)
                        .mapToLong(MemoryLine::bytes)
                        .sum();
        heap(
                lines,
                Math.round(live * COLLECTOR_SHARE),
                "room for the collector, 30 % of the above");
        heap(lines, FRAMEWORK_HEAP, "Flink itself (taskmanager.memory.framework.heap.size)");
        addOffHeap(lines, demand);
        int slots = demand.slots();
        lines.add(
                new MemoryLine(
                        Place.NETWORK,
                        NETWORK + slots * NETWORK_PER_SLOT,
                        "records between tasks: 64 MiB, 4 MiB a slot"));
        lines.add(
                new MemoryLine(
                        Place.METASPACE,
                        METASPACE,
                        "classes of Flink, of the job, and of the job" + " before it"));
        lines.add(
                new MemoryLine(
                        Place.OVERHEAD,
                        OVERHEAD + slots * OVERHEAD_PER_SLOT,
                        "compiled code, threads, the collector's tables: 192 MiB, 16 MiB a slot"));
        return new MemoryPlan(lines);
    }

    /**
     * The same with what queries of Flink SQL need beside models.
     *
     * @param slots of the task manager
     */
    public MemoryPlan withSql(int slots) {
        List<MemoryLine> more = new ArrayList<>(lines);
        more.add(
                new MemoryLine(
                        Place.MANAGED,
                        slots * SQL_MANAGED_PER_SLOT,
                        "windows and sorts of Flink SQL: 32 MiB a slot"));
        more.add(
                new MemoryLine(
                        Place.METASPACE, SQL_METASPACE, "classes of Flink SQL and of its queries"));
        return new MemoryPlan(more);
    }

    private static void addModels(List<MemoryLine> lines, MemoryDemand demand) {
        for (ModelFootprint model : demand.models()) {
            heap(
                    lines,
                    model.fileBytes() + model.weightBytes(),
                    String.format(
                            Locale.ROOT,
                            "%s, once: file %s, weights as read and as packed %s",
                            model.reference(),
                            megabytes(model.fileBytes()),
                            megabytes(model.weightBytes())));
        }
        ModelFootprint largest = largest(demand);
        heap(
                lines,
                largest.fileBytes() + largest.weightBytes(),
                "the next model while one takes over from another, as large as the largest");
    }

    private static void addSubtasks(List<MemoryLine> lines, MemoryDemand demand) {
        int slots = demand.slots();
        String times = slots == 1 ? "a subtask" : slots + " subtasks";
        long maps = 0;
        long frames = 0;
        List<ModelFootprint> serving = new ArrayList<>(demand.models());
        serving.add(largest(demand));
        for (ModelFootprint model : serving) {
            maps += model.classifierBytes();
            frames += model.frameBytes() * demand.maxBatch();
        }
        heap(
                lines,
                slots * maps,
                times + " × feature maps and plans of the models above, " + megabytes(maps));
        heap(
                lines,
                slots * frames,
                times
                        + " × decoded frames of a batch of "
                        + demand.maxBatch()
                        + " for each model, "
                        + megabytes(frames));
        heap(
                lines,
                slots * demand.bufferBytes(),
                times + " × classify.buffer.max-bytes, " + megabytes(demand.bufferBytes()));
        if (demand.followsDecisions()) {
            heap(
                    lines,
                    slots * demand.bufferBytes(),
                    times + " × as much for frames that wait for decisions.topic");
        }
        heap(
                lines,
                slots * demand.maxPixels() * BYTES_PER_PIXEL,
                times
                        + " × one image of decode.max-pixels, "
                        + BYTES_PER_PIXEL
                        + " bytes for each of "
                        + demand.maxPixels());
        heap(
                lines,
                slots * demand.fetchBytes(),
                times + " × frames fetched from Kafka, kafka.fetch.max.bytes");
        heap(
                lines,
                slots * demand.producerBytes() * demand.sinks(),
                times
                        + " × "
                        + demand.sinks()
                        + " topics written × kafka.buffer.memory, "
                        + megabytes(demand.producerBytes()));
    }

    private static void addOffHeap(List<MemoryLine> lines, MemoryDemand demand) {
        int slots = demand.slots();
        offHeap(lines, FRAMEWORK_OFF_HEAP, "Flink itself (…framework.off-heap.size)");
        offHeap(lines, slots * DIRECT_PER_SLOT, "buffers of sockets, 16 MiB a slot");
        if (demand.engine() == Engine.ONNXRUNTIME) {
            offHeap(lines, ONNXRUNTIME_LIBRARY, "ONNX Runtime's library");
        } else if (demand.engine().needsPyTorch()) {
            offHeap(lines, PYTORCH_LIBRARY, "PyTorch's libraries");
        } else if (demand.engine() == Engine.CUDA) {
            offHeap(lines, CUDA_CONTEXT, "the CUDA driver's own, for one device; an estimate");
        }
        long weights = 0;
        long maps = 0;
        for (ModelFootprint model : demand.models()) {
            weights += model.nativeBytes();
            maps += model.nativeClassifierBytes();
        }
        weights += largest(demand).nativeBytes();
        maps += largest(demand).nativeClassifierBytes();
        if (demand.engine() == Engine.CUDA) {
            offHeap(
                    lines,
                    weights,
                    "two batches of each model and of the next one on their way to a device");
        } else if (weights > 0) {
            offHeap(
                    lines,
                    weights,
                    "dense weights of the models and of the next one, three times while they load");
            offHeap(
                    lines,
                    slots * maps,
                    (slots == 1 ? "a subtask" : slots + " subtasks")
                            + " × four of each model's largest feature maps, for a full batch");
        }
    }

    private static ModelFootprint largest(MemoryDemand demand) {
        return demand.models().stream()
                .max(
                        Comparator.comparingLong(
                                model ->
                                        model.fileBytes()
                                                + model.weightBytes()
                                                + model.nativeBytes()))
                .orElseThrow();
    }

    private static void heap(List<MemoryLine> lines, long bytes, String why) {
        lines.add(new MemoryLine(Place.HEAP, bytes, why));
    }

    private static void offHeap(List<MemoryLine> lines, long bytes, String why) {
        lines.add(new MemoryLine(Place.OFF_HEAP, bytes, why));
    }

    /** A part's size: its lines, rounded up to whole mebibytes. */
    public long mebibytes(Place place) {
        long bytes =
                lines.stream()
                        .filter(line -> line.place() == place)
                        .mapToLong(MemoryLine::bytes)
                        .sum();
        return (bytes + MEBIBYTE - 1) / MEBIBYTE;
    }

    /** The whole process. */
    public long totalMebibytes() {
        long total = 0;
        for (Place place : Place.values()) {
            total += mebibytes(place);
        }
        return total;
    }

    /**
     * Flink's settings. The task heap is not among them: it is what the others leave of the
     * process, so that raising {@code taskmanager.memory.process.size} alone gives the job more.
     */
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        String network = mebibytes(Place.NETWORK) + "m";
        String overhead = mebibytes(Place.OVERHEAD) + "m";
        settings.put("taskmanager.memory.process.size", totalMebibytes() + "m");
        settings.put("taskmanager.memory.framework.heap.size", FRAMEWORK_HEAP / MEBIBYTE + "m");
        settings.put(
                "taskmanager.memory.framework.off-heap.size", FRAMEWORK_OFF_HEAP / MEBIBYTE + "m");
        settings.put(
                "taskmanager.memory.task.off-heap.size",
                mebibytes(Place.OFF_HEAP) - FRAMEWORK_OFF_HEAP / MEBIBYTE + "m");
        settings.put("taskmanager.memory.network.min", network);
        settings.put("taskmanager.memory.network.max", network);
        settings.put("taskmanager.memory.managed.size", mebibytes(Place.MANAGED) + "m");
        settings.put("taskmanager.memory.jvm-metaspace.size", mebibytes(Place.METASPACE) + "m");
        settings.put("taskmanager.memory.jvm-overhead.min", overhead);
        settings.put("taskmanager.memory.jvm-overhead.max", overhead);
        return settings;
    }

    /** Prints every line, the parts and the whole. */
    public void print(PrintWriter out) {
        out.println("memory of a task manager");
        for (Place place : Place.values()) {
            for (MemoryLine line : lines) {
                if (line.place() == place) {
                    out.printf(
                            Locale.ROOT,
                            "  %-9s %10s  %s%n",
                            place,
                            megabytes(line.bytes()),
                            line.why());
                }
            }
        }
        for (Place place : Place.values()) {
            if (mebibytes(place) > 0) {
                out.printf(Locale.ROOT, "  %-9s %6d MiB%n", place, mebibytes(place));
            }
        }
        out.printf(
                Locale.ROOT, "  %-9s %6d MiB  for the whole process%n", "total", totalMebibytes());
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", (double) bytes / MEBIBYTE);
    }
}
