package io.psconv.model.export;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes the few opcodes of pickle protocol 2 that TorchScript archives need.
 *
 * @see <a href="https://github.com/python/cpython/blob/main/Lib/pickletools.py">The opcodes</a>
 */
final class Pickler {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Pickler() {
        out.write(0x80);
        out.write(2);
    }

    /** Pushes a class or function by module and name. */
    Pickler global(String module, String name) {
        out.write('c');
        out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /**
     * Pushes a mark, up to which {@link #tuple} and {@link #setItems} take what is on the stack.
     */
    Pickler mark() {
        out.write('(');
        return this;
    }

    Pickler tuple() {
        out.write('t');
        return this;
    }

    Pickler emptyTuple() {
        out.write(')');
        return this;
    }

    Pickler emptyDict() {
        out.write('}');
        return this;
    }

    /** Puts the keys and values since the mark into the dictionary below it. */
    Pickler setItems() {
        out.write('u');
        return this;
    }

    /** Makes an object of the class and the tuple of arguments on the stack. */
    Pickler newObject() {
        out.write(0x81);
        return this;
    }

    /** Calls the function with the tuple of arguments on the stack. */
    Pickler reduce() {
        out.write('R');
        return this;
    }

    /** Gives the object below it the state on the stack. */
    Pickler build() {
        out.write('b');
        return this;
    }

    /** Replaces a tuple by what it identifies outside the pickle. */
    Pickler persistentId() {
        out.write('Q');
        return this;
    }

    Pickler text(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        out.write('X');
        littleEndian(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    Pickler number(int value) {
        out.write('J');
        littleEndian(value);
        return this;
    }

    /** Pushes a tuple of numbers. */
    Pickler numbers(List<Integer> values) {
        mark();
        values.forEach(this::number);
        return tuple();
    }

    Pickler bool(boolean value) {
        out.write(value ? 0x88 : 0x89);
        return this;
    }

    /** Ends the pickle. */
    byte[] stop() {
        out.write('.');
        return out.toByteArray();
    }

    private void littleEndian(int value) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            out.write(value >> shift);
        }
    }
}
