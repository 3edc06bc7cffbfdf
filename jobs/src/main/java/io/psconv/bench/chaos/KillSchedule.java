package io.psconv.bench.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * When which process is killed, the same for the same seed.
 *
 * <p>The time is cut into slices of {@link #SLICE}, in each of which one kill falls at any moment:
 * so their number is known, every kind of process has its turns, and two kills may come in one
 * breath, the second into the recovery from the first.
 */
public final class KillSchedule {
    /** Sixteen kills in five minutes. */
    static final Duration SLICE = Duration.ofMillis(18_500);

    /** The load is to flow before the first kill, and again after the last one. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private static final int LONGEST_DOWN_MILLIS = 3000;

    /** In this proportion: task managers fail most often in practice too. */
    private static final List<Victim> TURNS =
            List.of(Victim.TASK_MANAGER, Victim.BROKER, Victim.TASK_MANAGER, Victim.JOB_MANAGER);

    private KillSchedule() {}

    /**
     * Draws a schedule.
     *
     * @param load how long the load lasts, at least one slice and the margins
     * @param taskManagers how many there are
     */
    public static List<Kill> of(Duration load, long seed, int taskManagers) {
        long millis = load.minus(MARGIN.multipliedBy(2)).toMillis();
        int count = (int) (millis / SLICE.toMillis());
        if (count < 1) {
            throw new IllegalArgumentException(
                    "load was '"
                            + load.toSeconds()
                            + "' s but it must last at least "
                            + SLICE.plus(MARGIN.multipliedBy(2)).toSeconds()
                            + " s for one kill");
        }
        Random random = new Random(seed);
        List<Victim> victims = new ArrayList<>();
        for (int turn = 0; turn < count; turn++) {
            victims.add(TURNS.get(turn % TURNS.size()));
        }
        Collections.shuffle(victims, random);
        List<Kill> kills = new ArrayList<>();
        for (int slice = 0; slice < count; slice++) {
            Duration at =
                    MARGIN.plusMillis(
                            millis * slice / count + random.nextInt((int) (millis / count)));
            Victim victim = victims.get(slice);
            kills.add(
                    new Kill(
                            at,
                            victim,
                            victim == Victim.TASK_MANAGER ? random.nextInt(taskManagers) : 0,
                            Duration.ofMillis(random.nextInt(LONGEST_DOWN_MILLIS))));
        }
        return List.copyOf(kills);
    }
}
