package io.psconv.operator.state;

import io.psconv.operator.record.EnergyWindow;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Energy windows. */
public final class EnergyWindowSerializer extends VersionedSerializer<EnergyWindow> {
    public static final EnergyWindowSerializer INSTANCE = new EnergyWindowSerializer();

    private EnergyWindowSerializer() {}

    @Override
    public int version() {
        return 1;
    }

    @Override
    protected String typeName() {
        return "energy window";
    }

    @Override
    protected void write(EnergyWindow window, DataOutputView output) throws IOException {
        Fields.writeString(window.ledger(), output);
        Fields.writeString(window.host(), output);
        Fields.writeString(window.source(), output);
        output.writeLong(window.number());
        output.writeLong(window.startMillis());
        output.writeLong(window.endMillis());
        output.writeLong(window.durationNanos());
        output.writeDouble(window.joules());
        output.writeDouble(window.idleJoules());
        output.writeDouble(window.attributedJoules());
        output.writeDouble(window.unattributedJoules());
        output.writeLong(window.busyNanos());
        output.writeDouble(window.joulesPerBusySecond());
        output.writeDouble(window.errorJoulesPerBusySecond());
    }

    @Override
    protected EnergyWindow read(int version, DataInputView input) throws IOException {
        String ledger = Fields.readString("ledger", input);
        String host = Fields.readString("host", input);
        String source = Fields.readString("source", input);
        long number = input.readLong();
        long startMillis = input.readLong();
        long endMillis = input.readLong();
        long durationNanos = input.readLong();
        double joules = input.readDouble();
        double idleJoules = input.readDouble();
        double attributedJoules = input.readDouble();
        double unattributedJoules = input.readDouble();
        long busyNanos = input.readLong();
        double joulesPerBusySecond = input.readDouble();
        double errorJoulesPerBusySecond = input.readDouble();
        try {
            return new EnergyWindow(
                    ledger,
                    host,
                    source,
                    number,
                    startMillis,
                    endMillis,
                    durationNanos,
                    joules,
                    idleJoules,
                    attributedJoules,
                    unattributedJoules,
                    busyNanos,
                    joulesPerBusySecond,
                    errorJoulesPerBusySecond);
        } catch (IllegalArgumentException e) {
            throw new IOException("energy window was damaged: " + e.getMessage(), e);
        }
    }

    @Override
    public EnergyWindow createInstance() {
        return new EnergyWindow("none", "none", "none", 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0);
    }

    @Override
    public Snapshot snapshotConfiguration() {
        return new Snapshot();
    }

    /** Kept in savepoints by this name. */
    public static final class Snapshot extends VersionedSnapshot<EnergyWindow> {
        public Snapshot() {
            super(INSTANCE);
        }
    }
}
