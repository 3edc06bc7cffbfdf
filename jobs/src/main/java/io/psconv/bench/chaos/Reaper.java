package io.psconv.bench.chaos;

import io.psconv.local.ClusterProcess;
import io.psconv.local.ProcessCluster;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Kills processes of a cluster as scheduled and starts them again.
 *
 * <p>A process that ended by itself is started again too, as whatever supervises a real cluster
 * does. A kill whose victim is down waits until it is up. For one thread.
 */
final class Reaper {
    private final ProcessCluster cluster;
    private final Deque<Kill> kills;
    private final RecoveryTimes recovery;
    private final Consumer<String> say;
    private final long start = System.nanoTime();
    private final Map<ClusterProcess, Long> restartAt = new HashMap<>();
    private final Map<Victim, Integer> killed = new EnumMap<>(Victim.class);

    /** Begins the schedule. */
    Reaper(ProcessCluster cluster, List<Kill> kills, RecoveryTimes recovery, Consumer<String> say) {
        this.cluster = cluster;
        this.kills = new ArrayDeque<>(kills);
        this.recovery = recovery;
        this.say = say;
    }

    /** Does what is due; to be called a few times a second. */
    void step() throws IOException, InterruptedException {
        long now = System.nanoTime() - start;
        for (ClusterProcess process : cluster.processes()) {
            if (process.isAlive()) {
                continue;
            }
            Long due = restartAt.get(process);
            if (due == null) {
                say.accept(
                        process.name()
                                + " ended by itself with status "
                                + process.exitValue()
                                + " and is started again");
            }
            if (due == null || due <= now) {
                restartAt.remove(process);
                process.start();
            }
        }
        while (!kills.isEmpty() && kills.getFirst().at().toNanos() <= now) {
            ClusterProcess victim = victim(kills.getFirst());
            if (!victim.isAlive()) {
                return;
            }
            kill(kills.removeFirst(), victim, now);
        }
    }

    private void kill(Kill kill, ClusterProcess victim, long now) throws InterruptedException {
        recovery.killed(System.currentTimeMillis());
        victim.kill();
        restartAt.put(victim, now + kill.down().toNanos());
        killed.merge(kill.victim(), 1, Integer::sum);
        say.accept(
                String.format(
                        Locale.ROOT,
                        "%6.1f s  kill -9 %s, back after %.1f s",
                        now / 1e9,
                        victim.name(),
                        kill.down().toMillis() / 1e3));
    }

    private ClusterProcess victim(Kill kill) {
        return switch (kill.victim()) {
            case TASK_MANAGER -> cluster.taskManagers().get(kill.number());
            case JOB_MANAGER -> cluster.jobManager();
            case BROKER -> cluster.broker();
        };
    }

    /** Whether no kill is left. */
    boolean isDone() {
        return kills.isEmpty();
    }

    /** How often each kind of process was killed. */
    ChaosReport.Kills kills() {
        return new ChaosReport.Kills(
                killed.getOrDefault(Victim.TASK_MANAGER, 0),
                killed.getOrDefault(Victim.JOB_MANAGER, 0),
                killed.getOrDefault(Victim.BROKER, 0));
    }
}
