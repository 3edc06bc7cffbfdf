package io.psconv.model.cuda;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.FloatByReference;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A CUDA driver in Java, at the boundary where the real one would be called.
 *
 * <p>It is as lazy as a device may be: what a stream is asked for happens only when somebody waits
 * for it, in the order of the streams and events alone, so that a missing wait shows as wrong
 * numbers. Freed memory, closed handles, threads without a context and recordings are as strict as
 * the driver's. Any call can be made to fail.
 */
final class EmulatedDriver implements CudaLibrary {
    private static final int OK = 0;
    private static final int INVALID_VALUE = 1;
    private static final int OUT_OF_MEMORY = 2;
    private static final int INVALID_CONTEXT = 201;
    private static final int INVALID_HANDLE = 400;
    private static final int ILLEGAL_STATE = 401;
    private static final int NOT_FOUND = 500;
    private static final int CAPTURE_UNSUPPORTED = 900;

    /** Stricter than the driver, which allows some more while a thread records. */
    private static final Set<String> RECORDABLE =
            Set.of(
                    "cuLaunchKernel",
                    "cuMemcpyHtoDAsync_v2",
                    "cuMemcpyDtoHAsync_v2",
                    "cuStreamEndCapture");

    /** What does the work: memory and kernels. */
    interface Device {
        /** An address that is a multiple of 256. */
        long allocate(long bytes);

        void free(long address);

        void write(long address, byte[] bytes);

        byte[] read(long address, int length);

        /** Sizes of a kernel's parameters; null if there is no such kernel. */
        @Nullable List<Integer> parameterBytes(String kernel);

        /**
         * Runs one launch.
         *
         * @param parameters by parameter, little-endian
         * @return a code of the driver
         */
        int run(Launched launch, List<byte[]> parameters);
    }

    /** Shape of a launch. */
    record Launched(String kernel, int gridX, int gridY, int gridZ, int blockX, int sharedBytes) {}

    private record Allocation(long address, long bytes) {}

    private final Device device;
    private final int devices;
    private final long memoryBytes;
    private final List<String> calls = new ArrayList<>();
    private final Map<String, Integer> failures = new HashMap<>();
    private final Map<String, Integer> failuresAfter = new HashMap<>();
    private final Map<Long, Object> open = new HashMap<>();
    private final ThreadLocal<Deque<Pointer>> current = ThreadLocal.withInitial(ArrayDeque::new);
    private final Map<Integer, Integer> retained = new HashMap<>();
    private String jitLog = "";
    private long nextHandle = 0x1000;
    private long allocated;
    private int lost;
    private int launches;
    private int graphLaunches;

    EmulatedDriver(Device device, int devices, long memoryBytes) {
        this.device = device;
        this.devices = devices;
        this.memoryBytes = memoryBytes;
    }

    // What tests ask and arrange.

    /** Has the next call of a function return a code. */
    synchronized void fail(String function, int code) {
        failAfter(function, 0, code);
    }

    /** Has a call of a function return a code once, after some that succeed. */
    synchronized void failAfter(String function, int successes, int code) {
        failures.put(function, code);
        failuresAfter.put(function, successes);
    }

    /** Has all calls return a code from now on. */
    synchronized void lose(int code) {
        lost = code;
    }

    synchronized void compilerSays(String text) {
        jitLog = text;
    }

    /** Functions called so far, in order. */
    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    synchronized void forgetCalls() {
        calls.clear();
    }

    /** What was made and not closed yet, contexts included, by kind. */
    synchronized List<String> stillOpen() {
        List<String> kinds = new ArrayList<>();
        open.values().forEach(value -> kinds.add(value.getClass().getSimpleName()));
        retained.forEach(
                (device, times) -> {
                    for (int time = 0; time < times; time++) {
                        kinds.add("Context");
                    }
                });
        return kinds.stream().sorted().toList();
    }

    /** Times that each device's context is retained. */
    synchronized int retained(int device) {
        return retained.getOrDefault(device, 0);
    }

    synchronized long allocatedBytes() {
        return allocated;
    }

    synchronized int graphLaunches() {
        return graphLaunches;
    }

    /** Kernels run so far. */
    synchronized int kernelsRun() {
        return launches;
    }

    // What handles stand for.

    private static final class Stream {
        private final Deque<Runnable> pending = new ArrayDeque<>();
        private long asked;
        private long done;
        private @Nullable Recording recording;

        void ask(Runnable work) {
            if (recording != null) {
                recording.work.add(work);
            } else {
                pending.add(work);
                asked++;
            }
        }

        void reach(long mark) {
            while (done < mark) {
                Runnable next = pending.remove();
                done++;
                next.run();
            }
        }
    }

    private static final class Event {
        private @Nullable Stream stream;
        private long mark;
    }

    private static final class Recording {
        private final Thread thread = Thread.currentThread();
        private final List<Runnable> work = new ArrayList<>();
    }

    private record Executable(List<Runnable> work) {}

    private record Module(String ptx) {}

    private record Function(String name) {
        static final int PLAIN_SHARED = 48 << 10;
    }

    private final Stream defaultStream = new Stream();
    private final Map<String, Integer> allowedShared = new HashMap<>();

    private Pointer made(Object what) {
        nextHandle += 0x10;
        open.put(nextHandle, what);
        return new Pointer(nextHandle);
    }

    private <T> @Nullable T of(Pointer handle, Class<T> kind) {
        Object found = open.get(Pointer.nativeValue(handle));
        return kind.isInstance(found) ? kind.cast(found) : null;
    }

    private int closed(Pointer handle, Class<?> kind) {
        if (of(handle, kind) == null) {
            return INVALID_HANDLE;
        }
        open.remove(Pointer.nativeValue(handle));
        return OK;
    }

    /** Counts a call; its code if it is to fail. */
    private int begin(String function) {
        calls.add(function);
        if (lost != OK) {
            return lost;
        }
        Integer code = failures.get(function);
        if (code != null) {
            int before = failuresAfter.getOrDefault(function, 0);
            if (before > 0) {
                failuresAfter.put(function, before - 1);
            } else {
                failures.remove(function);
                return code;
            }
        }
        return OK;
    }

    private int beginInContext(String function) {
        int code = begin(function);
        if (code == OK && current.get().isEmpty()) {
            return INVALID_CONTEXT;
        }
        return code == OK && recordingHere() && !RECORDABLE.contains(function)
                ? CAPTURE_UNSUPPORTED
                : code;
    }

    private boolean recordingHere() {
        return open.values().stream()
                .anyMatch(
                        each ->
                                each instanceof Stream stream
                                        && stream.recording != null
                                        && stream.recording.thread == Thread.currentThread());
    }

    private @Nullable Allocation allocation(long address) {
        for (Object each : open.values()) {
            if (each instanceof Allocation found
                    && address >= found.address()
                    && address < found.address() + found.bytes()) {
                return found;
            }
        }
        return null;
    }

    private void drain() {
        defaultStream.reach(defaultStream.asked);
        for (Object each : List.copyOf(open.values())) {
            if (each instanceof Stream stream) {
                stream.reach(stream.asked);
            }
        }
    }

    // The driver's functions.

    @Override
    public synchronized int cuInit(int flags) {
        return begin("cuInit");
    }

    @Override
    public synchronized int cuDriverGetVersion(IntByReference version) {
        version.setValue(12_040);
        return begin("cuDriverGetVersion");
    }

    @Override
    public synchronized int cuDeviceGetCount(IntByReference count) {
        count.setValue(devices);
        return begin("cuDeviceGetCount");
    }

    @Override
    public synchronized int cuDeviceGet(IntByReference device, int ordinal) {
        device.setValue(ordinal);
        return begin("cuDeviceGet");
    }

    @Override
    public synchronized int cuDeviceGetName(byte[] name, int length, int device) {
        return put("Emulated " + device, name, begin("cuDeviceGetName"));
    }

    /** The driver's own order is not that of the bus. */
    @Override
    public synchronized int cuDeviceGetPCIBusId(byte[] id, int length, int device) {
        String address = String.format("0000:%02X:00.0", 0x40 - device);
        return put(address, id, begin("cuDeviceGetPCIBusId"));
    }

    private static int put(String text, byte[] to, int code) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, to, 0, bytes.length);
        to[bytes.length] = 0;
        return code;
    }

    @Override
    public synchronized int cuDeviceGetAttribute(IntByReference value, int attribute, int device) {
        value.setValue(
                switch (attribute) {
                    case 75 -> 8;
                    case 76 -> 0;
                    case 36 -> 2_619_000;
                    case 37 -> 5120;
                    default -> 108;
                });
        return begin("cuDeviceGetAttribute");
    }

    @Override
    public synchronized int cuDeviceTotalMem_v2(LongByReference bytes, int device) {
        bytes.setValue(memoryBytes);
        return begin("cuDeviceTotalMem_v2");
    }

    @Override
    public synchronized int cuDevicePrimaryCtxRetain(PointerByReference context, int device) {
        int code = begin("cuDevicePrimaryCtxRetain");
        if (code == OK) {
            retained.merge(device, 1, Integer::sum);
            context.setValue(new Pointer(0xc0 + device));
        }
        return code;
    }

    @Override
    public synchronized int cuDevicePrimaryCtxRelease_v2(int device) {
        int code = begin("cuDevicePrimaryCtxRelease_v2");
        if (code == OK) {
            if (retained(device) == 0) {
                return INVALID_CONTEXT;
            }
            retained.merge(device, -1, Integer::sum);
        }
        return code;
    }

    @Override
    public synchronized int cuCtxPushCurrent_v2(Pointer context) {
        int code = begin("cuCtxPushCurrent_v2");
        if (code == OK) {
            current.get().push(context);
        }
        return code;
    }

    @Override
    public synchronized int cuCtxPopCurrent_v2(PointerByReference context) {
        int code = begin("cuCtxPopCurrent_v2");
        if (code == OK) {
            context.setValue(current.get().pop());
        }
        return code;
    }

    @Override
    public synchronized int cuMemGetInfo_v2(LongByReference free, LongByReference total) {
        free.setValue(memoryBytes - allocated);
        total.setValue(memoryBytes);
        return beginInContext("cuMemGetInfo_v2");
    }

    @Override
    public synchronized int cuMemAlloc_v2(LongByReference address, long bytes) {
        int code = beginInContext("cuMemAlloc_v2");
        if (code != OK) {
            return code;
        }
        if (bytes < 1 || bytes > Integer.MAX_VALUE) {
            return INVALID_VALUE;
        }
        if (allocated + bytes > memoryBytes) {
            return OUT_OF_MEMORY;
        }
        long made = device.allocate(bytes);
        open.put(made, new Allocation(made, bytes));
        address.setValue(made);
        allocated += bytes;
        return OK;
    }

    @Override
    public synchronized int cuMemFree_v2(long address) {
        int code = beginInContext("cuMemFree_v2");
        if (code != OK) {
            return code;
        }
        drain();
        if (!(open.get(address) instanceof Allocation found)) {
            return INVALID_VALUE;
        }
        allocated -= found.bytes();
        device.free(address);
        open.remove(address);
        return lost;
    }

    @Override
    public synchronized int cuMemHostAlloc(PointerByReference address, long bytes, int flags) {
        int code = beginInContext("cuMemHostAlloc");
        if (code == OK) {
            Memory memory = new Memory(bytes);
            memory.clear();
            open.put(Pointer.nativeValue(memory), memory);
            address.setValue(memory);
        }
        return code;
    }

    @Override
    public synchronized int cuMemFreeHost(Pointer address) {
        int code = beginInContext("cuMemFreeHost");
        if (code != OK) {
            return code;
        }
        drain();
        return closed(address, Memory.class) == OK ? lost : INVALID_VALUE;
    }

    /** Of memory that is not pinned: taken when it returns, there when its stream is waited for. */
    @Override
    public synchronized int cuMemcpyHtoD_v2(long to, Pointer from, long bytes) {
        int code = beginInContext("cuMemcpyHtoD_v2");
        if (code != OK) {
            return code;
        }
        byte[] taken = from.getByteArray(0, (int) bytes);
        defaultStream.ask(() -> note(upload(to, taken)));
        return OK;
    }

    private int upload(long to, byte[] bytes) {
        Allocation target = allocation(to);
        if (target == null || to - target.address() + bytes.length > target.bytes()) {
            return INVALID_VALUE;
        }
        device.write(to, bytes);
        return OK;
    }

    @Override
    public synchronized int cuMemcpyHtoDAsync_v2(
            long to, Pointer from, long bytes, Pointer stream) {
        int code = beginInContext("cuMemcpyHtoDAsync_v2");
        Stream asked = of(stream, Stream.class);
        if (code != OK || asked == null) {
            return code == OK ? INVALID_HANDLE : code;
        }
        asked.ask(() -> note(upload(to, from.getByteArray(0, (int) bytes))));
        return OK;
    }

    @Override
    public synchronized int cuMemcpyDtoHAsync_v2(
            Pointer to, long from, long bytes, Pointer stream) {
        int code = beginInContext("cuMemcpyDtoHAsync_v2");
        Stream asked = of(stream, Stream.class);
        if (code != OK || asked == null) {
            return code == OK ? INVALID_HANDLE : code;
        }
        asked.ask(
                () -> {
                    Allocation source = allocation(from);
                    if (source == null) {
                        note(700);
                    } else if (lost == OK) {
                        to.write(0, device.read(from, (int) bytes), 0, (int) bytes);
                    }
                });
        return OK;
    }

    /** What goes wrong on a device shows at whichever call comes next. */
    private void note(int code) {
        if (code != OK && lost == OK) {
            lost = code;
        }
    }

    @Override
    public synchronized int cuModuleLoadDataEx(
            PointerByReference module, Pointer image, int count, int[] options, long[] values) {
        int code = beginInContext("cuModuleLoadDataEx");
        if (code != OK) {
            byte[] said = (jitLog + "\0").getBytes(StandardCharsets.UTF_8);
            new Pointer(values[0]).write(0, said, 0, said.length);
            return code;
        }
        module.setValue(made(new Module(image.getString(0, "US-ASCII"))));
        return OK;
    }

    @Override
    public synchronized int cuModuleUnload(Pointer module) {
        int code = beginInContext("cuModuleUnload");
        if (code == OK) {
            open.values().removeIf(Function.class::isInstance);
            return closed(module, Module.class);
        }
        return code;
    }

    @Override
    public synchronized int cuModuleGetFunction(
            PointerByReference function, Pointer module, String name) {
        int code = beginInContext("cuModuleGetFunction");
        if (code != OK) {
            return code;
        }
        if (of(module, Module.class) == null) {
            return INVALID_HANDLE;
        }
        if (device.parameterBytes(name) == null) {
            return NOT_FOUND;
        }
        function.setValue(made(new Function(name)));
        return OK;
    }

    @Override
    public synchronized int cuFuncSetAttribute(Pointer function, int attribute, int value) {
        int code = beginInContext("cuFuncSetAttribute");
        Function found = of(function, Function.class);
        if (code != OK || found == null) {
            return code == OK ? INVALID_HANDLE : code;
        }
        if (attribute == 8) {
            allowedShared.put(found.name(), value);
        }
        return OK;
    }

    @Override
    public synchronized int cuStreamCreate(PointerByReference stream, int flags) {
        int code = beginInContext("cuStreamCreate");
        if (code == OK) {
            stream.setValue(made(new Stream()));
        }
        return code;
    }

    @Override
    public synchronized int cuStreamDestroy_v2(Pointer stream) {
        int code = beginInContext("cuStreamDestroy_v2");
        Stream asked = of(stream, Stream.class);
        if (code != OK || asked == null) {
            return code == OK ? INVALID_HANDLE : code;
        }
        asked.reach(asked.asked);
        return closed(stream, Stream.class);
    }

    @Override
    public synchronized int cuStreamSynchronize(@Nullable Pointer stream) {
        int code = beginInContext("cuStreamSynchronize");
        Stream asked = stream == null ? defaultStream : of(stream, Stream.class);
        if (code != OK || asked == null) {
            return code == OK ? INVALID_HANDLE : code;
        }
        asked.reach(asked.asked);
        return lost;
    }

    @Override
    public synchronized int cuStreamWaitEvent(Pointer stream, Pointer event, int flags) {
        int code = beginInContext("cuStreamWaitEvent");
        Stream asked = of(stream, Stream.class);
        Event mark = of(event, Event.class);
        if (code != OK || asked == null || mark == null) {
            return code == OK ? INVALID_HANDLE : code;
        }
        Stream other = mark.stream;
        long until = mark.mark;
        if (other != null) {
            asked.ask(() -> other.reach(until));
        }
        return OK;
    }

    @Override
    public synchronized int cuStreamBeginCapture_v2(Pointer stream, int mode) {
        int code = beginInContext("cuStreamBeginCapture_v2");
        Stream asked = of(stream, Stream.class);
        if (code != OK || asked == null) {
            return code == OK ? INVALID_HANDLE : code;
        }
        if (asked.recording != null) {
            return ILLEGAL_STATE;
        }
        asked.recording = new Recording();
        return OK;
    }

    @Override
    public synchronized int cuStreamEndCapture(Pointer stream, PointerByReference graph) {
        int code = beginInContext("cuStreamEndCapture");
        Stream asked = of(stream, Stream.class);
        if (code != OK && asked != null) {
            // It has ended all the same.
            asked.recording = null;
        }
        if (code != OK || asked == null) {
            return code == OK ? INVALID_HANDLE : code;
        }
        Recording recording = asked.recording;
        if (recording == null) {
            return 903;
        }
        asked.recording = null;
        graph.setValue(made(recording));
        return OK;
    }

    @Override
    public synchronized int cuEventCreate(PointerByReference event, int flags) {
        int code = beginInContext("cuEventCreate");
        if (code == OK) {
            event.setValue(made(new Event()));
        }
        return code;
    }

    @Override
    public synchronized int cuEventDestroy_v2(Pointer event) {
        int code = beginInContext("cuEventDestroy_v2");
        return code == OK ? closed(event, Event.class) : code;
    }

    @Override
    public synchronized int cuEventRecord(Pointer event, Pointer stream) {
        int code = beginInContext("cuEventRecord");
        Stream asked = of(stream, Stream.class);
        Event mark = of(event, Event.class);
        if (code != OK || asked == null || mark == null) {
            return code == OK ? INVALID_HANDLE : code;
        }
        mark.stream = asked;
        mark.mark = asked.asked;
        return OK;
    }

    @Override
    public synchronized int cuEventSynchronize(Pointer event) {
        int code = beginInContext("cuEventSynchronize");
        Event mark = of(event, Event.class);
        if (code != OK || mark == null) {
            return code == OK ? INVALID_HANDLE : code;
        }
        if (mark.stream != null) {
            mark.stream.reach(mark.mark);
        }
        return lost;
    }

    @Override
    public synchronized int cuEventElapsedTime(
            FloatByReference milliseconds, Pointer start, Pointer end) {
        int code = beginInContext("cuEventElapsedTime");
        Event first = of(start, Event.class);
        Event second = of(end, Event.class);
        if (code != OK || first == null || second == null) {
            return code == OK ? INVALID_HANDLE : code;
        }
        if (first.stream == null || second.stream == null) {
            return INVALID_HANDLE;
        }
        // A millisecond a launch.
        milliseconds.setValue((float) (second.mark - first.mark));
        return OK;
    }

    @Override
    public synchronized int cuGraphInstantiateWithFlags(
            PointerByReference executable, Pointer graph, long flags) {
        int code = beginInContext("cuGraphInstantiateWithFlags");
        Recording recording = of(graph, Recording.class);
        if (code != OK || recording == null) {
            return code == OK ? INVALID_HANDLE : code;
        }
        executable.setValue(made(new Executable(List.copyOf(recording.work))));
        return OK;
    }

    @Override
    public synchronized int cuGraphDestroy(Pointer graph) {
        int code = begin("cuGraphDestroy");
        return code == OK ? closed(graph, Recording.class) : code;
    }

    @Override
    public synchronized int cuGraphExecDestroy(Pointer executable) {
        int code = begin("cuGraphExecDestroy");
        return code == OK ? closed(executable, Executable.class) : code;
    }

    @Override
    public synchronized int cuGraphLaunch(Pointer executable, Pointer stream) {
        int code = beginInContext("cuGraphLaunch");
        Stream asked = of(stream, Stream.class);
        Executable recorded = of(executable, Executable.class);
        if (code != OK || asked == null || recorded == null) {
            return code == OK ? INVALID_HANDLE : code;
        }
        graphLaunches++;
        recorded.work().forEach(asked::ask);
        return OK;
    }

    @Override
    public synchronized int cuLaunchKernel(
            Pointer function,
            int gridX,
            int gridY,
            int gridZ,
            int blockX,
            int blockY,
            int blockZ,
            int sharedBytes,
            Pointer stream,
            Pointer parameters,
            Pointer extra) {
        int code = beginInContext("cuLaunchKernel");
        Stream asked = of(stream, Stream.class);
        Function found = of(function, Function.class);
        if (code != OK || asked == null || found == null) {
            return code == OK ? INVALID_HANDLE : code;
        }
        if (sharedBytes > allowedShared.getOrDefault(found.name(), Function.PLAIN_SHARED)) {
            return INVALID_VALUE;
        }
        List<byte[]> values = new ArrayList<>();
        List<Integer> sizes = device.parameterBytes(found.name());
        if (sizes == null) {
            return NOT_FOUND;
        }
        for (int index = 0; index < sizes.size(); index++) {
            // Read now, as the driver does: the caller's memory is its own again afterwards.
            values.add(parameters.getPointer(index * 8L).getByteArray(0, sizes.get(index)));
        }
        Launched launch = new Launched(found.name(), gridX, gridY, gridZ, blockX, sharedBytes);
        asked.ask(
                () -> {
                    if (lost == OK) {
                        launches++;
                        note(device.run(launch, values));
                    }
                });
        return OK;
    }
}
