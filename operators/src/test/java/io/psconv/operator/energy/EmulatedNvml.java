package io.psconv.operator.energy;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** NVIDIA's management library in Java: counters that stand still between refreshes. */
final class EmulatedNvml implements NvmlLibrary {
    private static final long FIRST_MILLIJOULES = 987_654_321L;

    private record Sample(int process, long micros, int percent) {}

    private final Map<String, Integer> places = new HashMap<>();
    private final List<Double> shownJoules = new ArrayList<>();
    private final List<Double> drawnJoules = new ArrayList<>();
    private final List<Integer> milliwatts = new ArrayList<>();
    private final List<List<Integer>> processes = new ArrayList<>();
    private final List<List<Sample>> samples = new ArrayList<>();
    private final Map<String, Integer> failures = new HashMap<>();

    /** Adds a device. */
    void device(String address, int limitWatts, Integer... computing) {
        places.put(address, places.size());
        shownJoules.add(0.0);
        drawnJoules.add(0.0);
        milliwatts.add(limitWatts * 1000);
        processes.add(List.of(computing));
        samples.add(new ArrayList<>());
    }

    void draw(String address, double joules) {
        drawnJoules.set(place(address), drawnJoules.get(place(address)) + joules);
    }

    /** What was drawn shows from now on. */
    void refresh() {
        for (int place = 0; place < drawnJoules.size(); place++) {
            shownJoules.set(place, drawnJoules.get(place));
        }
    }

    void sample(String address, int process, long micros, int percent) {
        samples.get(place(address)).add(new Sample(process, micros, percent));
    }

    void fail(String function, int code) {
        failures.put(function, code);
    }

    private int place(String address) {
        Integer place = places.get(address);
        if (place == null) {
            throw new IllegalArgumentException(address);
        }
        return place;
    }

    private int code(String function) {
        return failures.getOrDefault(function, 0);
    }

    private static int place(Pointer device) {
        return (int) Pointer.nativeValue(device) - 0x100;
    }

    @Override
    public int nvmlInit_v2() {
        return code("nvmlInit_v2");
    }

    @Override
    public int nvmlDeviceGetHandleByPciBusId_v2(String address, PointerByReference device) {
        Integer place = places.get(address);
        if (place == null) {
            return 6;
        }
        device.setValue(new Pointer(0x100 + place));
        return code("nvmlDeviceGetHandleByPciBusId_v2");
    }

    @Override
    public int nvmlDeviceGetName(Pointer device, byte[] name, int length) {
        return put("Emulated", name);
    }

    @Override
    public int nvmlDeviceGetUUID(Pointer device, byte[] uuid, int length) {
        return put("GPU-" + place(device), uuid);
    }

    private static int put(String text, byte[] to) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, to, 0, bytes.length);
        return 0;
    }

    @Override
    public int nvmlDeviceGetTotalEnergyConsumption(Pointer device, LongByReference millijoules) {
        millijoules.setValue(FIRST_MILLIJOULES + Math.round(shownJoules.get(place(device)) * 1000));
        return code("nvmlDeviceGetTotalEnergyConsumption");
    }

    @Override
    public int nvmlDeviceGetEnforcedPowerLimit(Pointer device, IntByReference limit) {
        limit.setValue(milliwatts.get(place(device)));
        return code("nvmlDeviceGetEnforcedPowerLimit");
    }

    @Override
    public int nvmlDeviceGetComputeRunningProcesses_v3(
            Pointer device, IntByReference count, Pointer infos) {
        List<Integer> computing = processes.get(place(device));
        for (int index = 0; index < computing.size(); index++) {
            infos.setInt(index * 24L, computing.get(index));
        }
        count.setValue(computing.size());
        return code("nvmlDeviceGetComputeRunningProcesses_v3");
    }

    @Override
    public int nvmlDeviceGetProcessUtilization(
            Pointer device, Pointer taken, IntByReference count, long sinceMicros) {
        List<Sample> since =
                samples.get(place(device)).stream()
                        .filter(sample -> sample.micros() > sinceMicros)
                        .toList();
        for (int index = 0; index < since.size(); index++) {
            long at = index * 32L;
            taken.setInt(at, since.get(index).process());
            taken.setLong(at + 8, since.get(index).micros());
            taken.setInt(at + 16, since.get(index).percent());
        }
        count.setValue(since.size());
        int code = code("nvmlDeviceGetProcessUtilization");
        return code == 0 && since.isEmpty() ? 6 : code;
    }

    @Override
    public String nvmlErrorString(int code) {
        return switch (code) {
            case 3 -> "Not Supported";
            case 6 -> "Not Found";
            case 9 -> "Driver Not Loaded";
            case 15 -> "GPU is lost";
            default -> "Error " + code;
        };
    }
}
