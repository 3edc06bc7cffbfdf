package io.psconv.bench.onednn;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.jspecify.annotations.Nullable;

/** Native memory for feature maps, given out again after their last reader. */
final class BufferPool {
    private final engine cpu;
    private final List<Buffer> free = new ArrayList<>();

    BufferPool(engine cpu) {
        this.cpu = cpu;
    }

    /** The smallest free buffer that is large enough, or a new one. */
    Buffer take(long bytes) {
        @Nullable Buffer best = null;
        for (Buffer buffer : free) {
            if (buffer.bytes >= bytes && (best == null || buffer.bytes < best.bytes)) {
                best = buffer;
            }
        }
        if (best == null) {
            memory.desc plain =
                    new memory.desc(new long[] {bytes}, memory.data_type.u8, memory.format_tag.a);
            return new Buffer(bytes, new memory(plain, cpu));
        }
        free.remove(best);
        return best;
    }

    void giveBack(Buffer buffer) {
        free.add(buffer);
    }

    /** Memory of a size, aligned by oneDNN. */
    record Buffer(long bytes, memory owner) {
        memory as(memory.desc wanted, engine cpu) {
            return new memory(wanted, cpu, owner.get_data_handle());
        }
    }
}
