package io.psconv.model.cuda;

import io.psconv.model.format.HalfPrecision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the instructions of our kernels do, as the PTX ISA describes them; all others are failures.
 */
final class PtxOperations {
    private static final int LANES = PtxWarp.LANES;
    private static final Pattern ADDRESS = Pattern.compile("\\[(%\\w+|\\w+)(?:\\+(-?\\d+))?\\]");
    private static final Pattern ACCESS =
            Pattern.compile("(ld|st)\\.(global|shared)(?:\\.nc)?(?:\\.v([24]))?\\.([usbf])(16|32)");

    private PtxOperations() {}

    /** One lane of an operation of two 32-bit values. */
    private interface Binary {
        int apply(int left, int right);
    }

    private interface Compare {
        boolean apply(int left, int right);
    }

    static PtxInstruction decode(
            PtxParser.Function function, String code, List<String> operands, String text) {
        Matcher access = ACCESS.matcher(code);
        if (access.matches()) {
            return access(function, access, operands);
        }
        if (code.startsWith("setp.")) {
            return compare(function, code, operands);
        }
        String[] o = operands.toArray(new String[0]);
        return switch (code) {
            case "add.s32" -> {
                int d = function.word(o[0]);
                int a = function.word(o[1]);
                int b = function.word(o[2]);
                yield (w, m) -> {
                    int[] r = w.words;
                    for (int l = 0; l < LANES; l++) {
                        if ((m >> l & 1) != 0) {
                            r[d + l] = r[a + l] + r[b + l];
                        }
                    }
                };
            }
            case "and.b32" -> {
                int d = function.word(o[0]);
                int a = function.word(o[1]);
                int b = function.word(o[2]);
                yield (w, m) -> {
                    int[] r = w.words;
                    for (int l = 0; l < LANES; l++) {
                        if ((m >> l & 1) != 0) {
                            r[d + l] = r[a + l] & r[b + l];
                        }
                    }
                };
            }
            case "fma.rn.f32" -> {
                int d = function.word(o[0]);
                int a = function.word(o[1]);
                int b = function.word(o[2]);
                int c = function.word(o[3]);
                yield (w, m) -> {
                    int[] r = w.words;
                    for (int l = 0; l < LANES; l++) {
                        if ((m >> l & 1) != 0) {
                            r[d + l] =
                                    Float.floatToRawIntBits(
                                            Math.fma(
                                                    Float.intBitsToFloat(r[a + l]),
                                                    Float.intBitsToFloat(r[b + l]),
                                                    Float.intBitsToFloat(r[c + l])));
                        }
                    }
                };
            }
            case "selp.b32", "selp.u32" -> {
                int d = function.word(o[0]);
                int a = function.word(o[1]);
                int b = function.word(o[2]);
                int p = function.predicate(o[3]);
                yield (w, m) -> {
                    int[] r = w.words;
                    int chosen = w.predicates[p];
                    for (int l = 0; l < LANES; l++) {
                        if ((m >> l & 1) != 0) {
                            r[d + l] = (chosen >> l & 1) != 0 ? r[a + l] : r[b + l];
                        }
                    }
                };
            }
            case "mov.u32", "mov.b32", "mov.f32", "mov.u16", "cvt.u16.u32" -> {
                int d = function.word(o[0]);
                int a = function.word(o[1]);
                int bits = code.contains("u16") ? 0xffff : -1;
                yield (w, m) -> {
                    int[] r = w.words;
                    for (int l = 0; l < LANES; l++) {
                        if ((m >> l & 1) != 0) {
                            r[d + l] = r[a + l] & bits;
                        }
                    }
                };
            }
            case "sub.s32" -> binary(function, o, (a, b) -> a - b);
            case "mul.lo.s32" -> binary(function, o, (a, b) -> a * b);
            case "min.s32" -> binary(function, o, Math::min);
            case "max.s32" -> binary(function, o, Math::max);
            case "or.b32" -> binary(function, o, (a, b) -> a | b);
            case "xor.b32" -> binary(function, o, (a, b) -> a ^ b);
            case "div.s32" -> binary(function, o, PtxOperations::quotient);
            case "rem.s32" -> binary(function, o, PtxOperations::remainder);
            case "div.u32" -> binary(function, o, PtxOperations::unsignedQuotient);
            case "shl.b32" -> binary(function, o, (a, b) -> b >>> 5 != 0 ? 0 : a << b);
            case "shr.u32" -> binary(function, o, (a, b) -> b >>> 5 != 0 ? 0 : a >>> b);
            case "shr.s32" -> binary(function, o, (a, b) -> a >> (b >>> 5 != 0 ? 31 : b));
            case "neg.s32" -> binary(function, new String[] {o[0], o[1], "0"}, (a, b) -> -a);
            case "not.b32" -> binary(function, new String[] {o[0], o[1], "0"}, (a, b) -> ~a);
            case "add.f32" -> floats(function, o, (a, b) -> a + b);
            case "mul.f32" -> floats(function, o, (a, b) -> a * b);
            // Math.max is NaN where one of its arguments is, as max.NaN.
            case "max.NaN.f32" -> floats(function, o, Math::max);
            case "rcp.rn.f32" -> floats(function, new String[] {o[0], o[1], "0"}, (a, b) -> 1 / a);
            case "cvt.rn.f32.s32" ->
                    binary(
                            function,
                            new String[] {o[0], o[1], "0"},
                            (a, b) -> Float.floatToRawIntBits((float) a));
            case "cvt.rn.f16.f32" ->
                    binary(function, new String[] {o[0], o[1], "0"}, (a, b) -> narrow(a));
            case "cvt.f32.f16" ->
                    binary(
                            function,
                            new String[] {o[0], o[1], "0"},
                            (a, b) -> Float.floatToRawIntBits(TensorCore.widen(a)));
            // The first source becomes the upper half.
            case "cvt.rn.f16x2.f32" -> binary(function, o, (a, b) -> narrow(a) << 16 | narrow(b));
            case "mad.lo.s32" -> {
                int d = function.word(o[0]);
                int a = function.word(o[1]);
                int b = function.word(o[2]);
                int c = function.word(o[3]);
                yield (w, m) -> {
                    int[] r = w.words;
                    for (int l = 0; l < LANES; l++) {
                        if ((m >> l & 1) != 0) {
                            r[d + l] = r[a + l] * r[b + l] + r[c + l];
                        }
                    }
                };
            }
            case "mul.wide.s32", "mul.wide.u32" -> {
                int d = function.wide(o[0]);
                int a = function.word(o[1]);
                int b = function.word(o[2]);
                boolean signed = code.endsWith("s32");
                yield (w, m) -> {
                    for (int l = 0; l < LANES; l++) {
                        if ((m >> l & 1) != 0) {
                            w.longs[d + l] =
                                    widened(w.words[a + l], signed)
                                            * widened(w.words[b + l], signed);
                        }
                    }
                };
            }
            case "add.s64" -> {
                int d = function.wide(o[0]);
                int a = function.wide(o[1]);
                int b = function.wide(o[2]);
                yield (w, m) -> {
                    long[] r = w.longs;
                    for (int l = 0; l < LANES; l++) {
                        if ((m >> l & 1) != 0) {
                            r[d + l] = r[a + l] + r[b + l];
                        }
                    }
                };
            }
            case "mul.lo.s64" -> {
                int d = function.wide(o[0]);
                int a = function.wide(o[1]);
                int b = function.wide(o[2]);
                yield (w, m) -> {
                    for (int l = 0; l < LANES; l++) {
                        if ((m >> l & 1) != 0) {
                            w.longs[d + l] = w.longs[a + l] * w.longs[b + l];
                        }
                    }
                };
            }
            case "and.b64" -> {
                int d = function.wide(o[0]);
                int a = function.wide(o[1]);
                int b = function.wide(o[2]);
                yield (w, m) -> {
                    for (int l = 0; l < LANES; l++) {
                        if ((m >> l & 1) != 0) {
                            w.longs[d + l] = w.longs[a + l] & w.longs[b + l];
                        }
                    }
                };
            }
            case "shl.b64" -> {
                int d = function.wide(o[0]);
                int a = function.wide(o[1]);
                int b = function.word(o[2]);
                yield (w, m) -> {
                    for (int l = 0; l < LANES; l++) {
                        if ((m >> l & 1) != 0) {
                            int by = w.words[b + l];
                            w.longs[d + l] = by >>> 6 != 0 ? 0 : w.longs[a + l] << by;
                        }
                    }
                };
            }
            case "cvt.s64.s32", "cvt.u64.u32" -> {
                int d = function.wide(o[0]);
                int a = function.word(o[1]);
                boolean signed = code.endsWith("s32");
                yield (w, m) -> {
                    for (int l = 0; l < LANES; l++) {
                        if ((m >> l & 1) != 0) {
                            w.longs[d + l] = widened(w.words[a + l], signed);
                        }
                    }
                };
            }
            case "cvt.u32.u64" -> {
                int d = function.word(o[0]);
                int a = function.wide(o[1]);
                yield (w, m) -> {
                    for (int l = 0; l < LANES; l++) {
                        if ((m >> l & 1) != 0) {
                            w.words[d + l] = (int) w.longs[a + l];
                        }
                    }
                };
            }
            // Generic addresses of global memory are its own.
            case "cvta.to.global.u64", "mov.u64", "ld.param.u64" -> {
                int d = function.wide(o[0]);
                int a =
                        code.equals("ld.param.u64")
                                ? function.parameter(o[1], true)
                                : function.wide(o[1]);
                yield (w, m) -> {
                    for (int l = 0; l < LANES; l++) {
                        if ((m >> l & 1) != 0) {
                            w.longs[d + l] = w.longs[a + l];
                        }
                    }
                };
            }
            case "ld.param.u32" -> {
                int d = function.word(o[0]);
                int a = function.parameter(o[1], false);
                yield (w, m) -> {
                    for (int l = 0; l < LANES; l++) {
                        if ((m >> l & 1) != 0) {
                            w.words[d + l] = w.words[a + l];
                        }
                    }
                };
            }
            case "and.pred", "or.pred", "xor.pred" -> {
                int d = function.predicate(o[0]);
                int a = function.predicate(o[1]);
                int b = function.predicate(o[2]);
                Binary operation =
                        switch (code) {
                            case "and.pred" -> (x, y) -> x & y;
                            case "or.pred" -> (x, y) -> x | y;
                            default -> (x, y) -> x ^ y;
                        };
                yield (w, m) -> {
                    int made = operation.apply(w.predicates[a], w.predicates[b]);
                    w.predicates[d] = (w.predicates[d] & ~m) | (made & m);
                };
            }
            case "mov.pred" -> {
                int d = function.predicate(o[0]);
                if (o[1].startsWith("%")) {
                    int a = function.predicate(o[1]);
                    yield (w, m) ->
                            w.predicates[d] = (w.predicates[d] & ~m) | (w.predicates[a] & m);
                }
                int made = o[1].equals("0") ? 0 : -1;
                yield (w, m) -> w.predicates[d] = (w.predicates[d] & ~m) | (made & m);
            }
            case "not.pred" -> {
                int d = function.predicate(o[0]);
                int a = function.predicate(o[1]);
                yield (w, m) -> w.predicates[d] = (w.predicates[d] & ~m) | (~w.predicates[a] & m);
            }
            case "shfl.sync.bfly.b32" -> shuffle(function, o, text);
            case "cp.async.cg.shared.global", "cp.async.ca.shared.global" ->
                    copy(function, code, o, text);
            // That the whole warp is here is checked before.
            case "bar.warp.sync" -> (w, m) -> {};
            case "cp.async.wait_all" -> (w, m) -> w.awaitCopies();
            case "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32" -> {
                int[] d = rows(function, o[0], 4);
                int[] a = rows(function, o[1], 4);
                int[] b = rows(function, o[2], 2);
                int[] c = rows(function, o[3], 4);
                yield (w, m) -> w.tensorCore.multiply(w.words, d, a, b, c);
            }
            default -> throw new PtxFailure("unknown instruction '" + text + "'");
        };
    }

    private static PtxInstruction binary(
            PtxParser.Function function, String[] o, Binary operation) {
        int d = function.word(o[0]);
        int a = function.word(o[1]);
        int b = function.word(o[2]);
        return (w, m) -> {
            int[] r = w.words;
            for (int l = 0; l < LANES; l++) {
                if ((m >> l & 1) != 0) {
                    r[d + l] = operation.apply(r[a + l], r[b + l]);
                }
            }
        };
    }

    private interface BinaryFloat {
        float apply(float left, float right);
    }

    private static PtxInstruction floats(
            PtxParser.Function function, String[] o, BinaryFloat operation) {
        return binary(
                function,
                o,
                (a, b) ->
                        Float.floatToRawIntBits(
                                operation.apply(Float.intBitsToFloat(a), Float.intBitsToFloat(b))));
    }

    private static PtxInstruction compare(
            PtxParser.Function function, String code, List<String> o) {
        Compare operation =
                switch (code) {
                    case "setp.eq.s32", "setp.eq.b32" -> (a, b) -> a == b;
                    case "setp.ne.s32", "setp.ne.b32" -> (a, b) -> a != b;
                    case "setp.lt.s32" -> (a, b) -> a < b;
                    case "setp.le.s32" -> (a, b) -> a <= b;
                    case "setp.gt.s32" -> (a, b) -> a > b;
                    case "setp.ge.s32" -> (a, b) -> a >= b;
                    case "setp.lt.u32" -> (a, b) -> Integer.compareUnsigned(a, b) < 0;
                    case "setp.gt.u32" -> (a, b) -> Integer.compareUnsigned(a, b) > 0;
                    default -> throw new PtxFailure("unknown instruction '" + code + "'");
                };
        int d = function.predicate(o.get(0));
        int a = function.word(o.get(1));
        int b = function.word(o.get(2));
        return (w, m) -> {
            int[] r = w.words;
            int made = 0;
            for (int l = 0; l < LANES; l++) {
                if (operation.apply(r[a + l], r[b + l])) {
                    made |= 1 << l;
                }
            }
            w.predicates[d] = (w.predicates[d] & ~m) | (made & m);
        };
    }

    /** Loads and stores, vectors of them too: each is aligned to all of its bytes. */
    private static PtxInstruction access(
            PtxParser.Function function, Matcher access, List<String> operands) {
        boolean load = access.group(1).equals("ld");
        boolean global = access.group(2).equals("global");
        int count = access.group(3) == null ? 1 : Integer.parseInt(access.group(3));
        int bytes = Integer.parseInt(access.group(5)) / 8;
        int[] rows = rows(function, operands.get(load ? 0 : 1), count);
        Matcher address = address(operands.get(load ? 1 : 0));
        int offset = address.group(2) == null ? 0 : Integer.parseInt(address.group(2));
        int from = global ? function.wide(address.group(1)) : function.word(address.group(1));
        return (w, m) -> {
            for (int l = 0; l < LANES; l++) {
                if ((m >> l & 1) == 0) {
                    continue;
                }
                if (global) {
                    long at = w.longs[from + l] + offset;
                    w.memory.check(at, bytes * count);
                    int thread = w.firstGlobalThread + l;
                    for (int i = 0; i < count; i++) {
                        global(w, load, bytes, at + (long) i * bytes, rows[i] + l, thread);
                    }
                } else {
                    int at = w.words[from + l] + offset;
                    w.shared.check(at, bytes * count);
                    for (int i = 0; i < count; i++) {
                        shared(w, load, bytes, at + i * bytes, rows[i] + l, w.firstThread + l);
                    }
                }
            }
        };
    }

    private static void global(
            PtxWarp w, boolean load, int bytes, long at, int register, int thread) {
        if (load) {
            w.words[register] =
                    bytes == 4 ? w.memory.load32(at, thread) : w.memory.load16(at, thread);
        } else if (bytes == 4) {
            w.memory.store32(at, w.words[register], thread);
        } else {
            w.memory.store16(at, w.words[register], thread);
        }
    }

    private static void shared(
            PtxWarp w, boolean load, int bytes, int at, int register, int thread) {
        if (load) {
            w.words[register] =
                    bytes == 4 ? w.shared.load32(at, thread) : w.shared.load16(at, thread);
        } else if (bytes == 4) {
            w.shared.store32(at, w.words[register], thread);
        } else {
            w.shared.store16(at, w.words[register], thread);
        }
    }

    private static PtxInstruction shuffle(PtxParser.Function function, String[] o, String text) {
        String[] made = o[0].split("\\|");
        int d = function.word(made[0]);
        int p = function.predicate(made[1]);
        int a = function.word(o[1]);
        int by = function.word(o[2]);
        int bounds = function.word(o[3]);
        int members = function.word(o[4]);
        return (w, m) -> {
            int[] r = w.words;
            if (r[members] != -1 || r[bounds] != 31) {
                throw new PtxFailure("unknown form of '" + text + "'");
            }
            int[] before = Arrays.copyOfRange(r, a, a + LANES);
            for (int l = 0; l < LANES; l++) {
                r[d + l] = before[l ^ r[by + l]];
            }
            w.predicates[p] = -1;
        };
    }

    private static PtxInstruction copy(
            PtxParser.Function function, String code, String[] o, String text) {
        Matcher shared = address(o[0]);
        Matcher global = address(o[1]);
        int bytes = Integer.parseInt(o[2]);
        boolean known = code.contains(".cg.") ? bytes == 16 : List.of(4, 8, 16).contains(bytes);
        if (!known || shared.group(2) != null || global.group(2) != null) {
            throw new PtxFailure("unknown form of '" + text + "'");
        }
        int to = function.word(shared.group(1));
        int from = function.wide(global.group(1));
        return (w, m) -> {
            for (int l = 0; l < LANES; l++) {
                if ((m >> l & 1) != 0) {
                    w.copy(w.words[to + l], w.longs[from + l], bytes, l);
                }
            }
        };
    }

    private static Matcher address(String operand) {
        Matcher matcher = ADDRESS.matcher(operand);
        if (!matcher.matches()) {
            throw new PtxFailure("unknown address '" + operand + "'");
        }
        return matcher;
    }

    /** Rows of a register or of a vector of them. */
    private static int[] rows(PtxParser.Function function, String operand, int count) {
        String[] names = operand.replace("{", "").replace("}", "").split(",");
        List<Integer> rows = new ArrayList<>();
        for (String name : names) {
            rows.add(function.word(name.strip()));
        }
        if (rows.size() != count) {
            throw new PtxFailure("vector of other than " + count + ": '" + operand + "'");
        }
        return rows.stream().mapToInt(Integer::intValue).toArray();
    }

    private static long widened(int value, boolean signed) {
        return signed ? value : value & 0xffff_ffffL;
    }

    private static int narrow(int bits) {
        return HalfPrecision.narrow(Float.intBitsToFloat(bits)) & 0xffff;
    }

    /** By zero is whatever a lane that does not use it gets. */
    private static int quotient(int a, int b) {
        return b == 0 ? -1 : a / b;
    }

    private static int remainder(int a, int b) {
        return b == 0 ? a : a % b;
    }

    private static int unsignedQuotient(int a, int b) {
        return b == 0 ? -1 : Integer.divideUnsigned(a, b);
    }
}
