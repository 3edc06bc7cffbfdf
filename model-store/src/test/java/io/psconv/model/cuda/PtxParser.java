package io.psconv.model.cuda;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decodes a PTX module into kernels, once; an instruction that is unknown is a failure. */
final class PtxParser {
    private static final Pattern ENTRY = Pattern.compile("\\.visible \\.entry (\\w+)\\(");
    private static final Pattern PARAMETER =
            Pattern.compile("\\.param \\.(\\w+) (?:\\.ptr .*)?\\w+_param_(\\d+),?");
    private static final Pattern MAX_THREADS = Pattern.compile("\\.maxntid (\\d+).*");
    private static final Pattern LABEL = Pattern.compile("(\\$\\w+):");
    private static final Pattern LINE =
            Pattern.compile("(?:@(!?)(%p\\d+)\\s+)?([a-z][\\w.:]*)(.*);");

    private PtxParser() {}

    /** Kernels by name. */
    static Map<String, PtxKernel> parse(byte[] ptx) {
        Map<String, PtxKernel> kernels = new LinkedHashMap<>();
        List<String> body = new ArrayList<>();
        String name = null;
        for (String line : new String(ptx, StandardCharsets.US_ASCII).split("\\R")) {
            String text = line.strip();
            Matcher entry = ENTRY.matcher(text);
            if (entry.matches()) {
                name = entry.group(1);
                body.clear();
            } else if (text.equals("}") && name != null) {
                kernels.put(name, new PtxParser.Function(name, body).kernel());
                name = null;
            } else if (name != null) {
                body.add(text);
            }
        }
        return kernels;
    }

    /** Registers and lines of one function. */
    static final class Function {
        private final String name;
        private final Map<String, Integer> wordRows = new HashMap<>();
        private final Map<String, Integer> longRows = new HashMap<>();
        private final Map<String, Integer> predicateNumbers = new HashMap<>();
        private final Map<Integer, Integer> constantWords = new HashMap<>();
        private final Map<Integer, Long> constantLongs = new HashMap<>();
        private final Map<Integer, Integer> parameterRows = new HashMap<>();
        private final Map<String, Integer> specialRows = new HashMap<>();
        private final Map<String, Integer> labels = new HashMap<>();
        private final List<String> parameters = new ArrayList<>();
        private final List<PtxKernel.Line> lines = new ArrayList<>();
        private int maxThreads = 1024;

        Function(String name, List<String> body) {
            this.name = name;
            List<String> instructions = new ArrayList<>();
            for (String text : body) {
                Matcher parameter = PARAMETER.matcher(text);
                Matcher threads = MAX_THREADS.matcher(text);
                Matcher label = LABEL.matcher(text);
                if (parameter.matches()) {
                    parameters.add(parameter.group(1));
                } else if (threads.matches()) {
                    maxThreads = Integer.parseInt(threads.group(1));
                } else if (label.matches()) {
                    labels.put(label.group(1), instructions.size());
                } else if (!text.startsWith(".reg ")
                        && !text.startsWith(".pragma ")
                        && !List.of("{", ")", "").contains(text)) {
                    instructions.add(text);
                }
            }
            for (String text : instructions) {
                lines.add(line(text));
            }
        }

        PtxKernel kernel() {
            int[] words = new int[wordRows.size() * PtxWarp.LANES];
            constantWords.forEach(
                    (row, value) -> Arrays.fill(words, row, row + PtxWarp.LANES, value));
            long[] longs = new long[longRows.size() * PtxWarp.LANES];
            constantLongs.forEach(
                    (row, value) -> Arrays.fill(longs, row, row + PtxWarp.LANES, value));
            return new PtxKernel(
                    name,
                    maxThreads,
                    parameters,
                    parameterRows,
                    specialRows,
                    words,
                    longs,
                    predicateNumbers.size(),
                    lines.toArray(new PtxKernel.Line[0]));
        }

        private PtxKernel.Line line(String text) {
            Matcher matcher = LINE.matcher(text);
            if (!matcher.matches()) {
                throw new PtxFailure("kernel " + name + ": not an instruction: '" + text + "'");
            }
            int guard = matcher.group(2) == null ? -1 : predicate(matcher.group(2));
            boolean negated = "!".equals(matcher.group(1));
            String code = matcher.group(3);
            List<String> operands = operands(matcher.group(4));
            return switch (code) {
                case "bra", "bra.uni" ->
                        plainless(
                                text,
                                PtxKernel.Kind.BRANCH,
                                guard,
                                negated,
                                target(operands.get(0)));
                case "ret" -> plainless(text, PtxKernel.Kind.RETURN, guard, negated, -1);
                case "bar.sync" -> {
                    if (!operands.equals(List.of("0"))) {
                        throw new PtxFailure("kernel " + name + ": barrier of '" + text + "'");
                    }
                    yield plainless(text, PtxKernel.Kind.BARRIER, guard, negated, -1);
                }
                default ->
                        new PtxKernel.Line(
                                text,
                                PtxKernel.Kind.PLAIN,
                                guard,
                                negated,
                                -1,
                                List.of("mma", "shfl", "bar").contains(code.split("\\.")[0]),
                                PtxOperations.decode(this, code, operands, text));
            };
        }

        private static PtxKernel.Line plainless(
                String text, PtxKernel.Kind kind, int guard, boolean negated, int target) {
            return new PtxKernel.Line(
                    text, kind, guard, negated, target, false, (warp, lanes) -> {});
        }

        private int target(String label) {
            Integer line = labels.get(label);
            if (line == null) {
                throw new PtxFailure("kernel " + name + ": no label " + label);
            }
            return line;
        }

        /** Operands, those in braces or brackets whole. */
        private static List<String> operands(String text) {
            List<String> operands = new ArrayList<>();
            StringBuilder operand = new StringBuilder();
            int depth = 0;
            for (int index = 0; index < text.length(); index++) {
                char c = text.charAt(index);
                depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
                if (c == ',' && depth == 0) {
                    operands.add(operand.toString().strip());
                    operand.setLength(0);
                } else {
                    operand.append(c);
                }
            }
            if (!operand.toString().isBlank()) {
                operands.add(operand.toString().strip());
            }
            return operands;
        }

        int predicate(String register) {
            if (!register.startsWith("%p")) {
                throw new PtxFailure("kernel " + name + ": not a predicate: " + register);
            }
            return predicateNumbers.computeIfAbsent(register, key -> predicateNumbers.size());
        }

        /** First element of the row of a 32-bit register, special register or constant. */
        int word(String operand) {
            Integer row = wordRows.get(operand);
            if (row != null) {
                return row;
            }
            int made = wordRows.size() * PtxWarp.LANES;
            wordRows.put(operand, made);
            if (operand.startsWith("0f")) {
                constantWords.put(made, Integer.parseUnsignedInt(operand.substring(2), 16));
            } else if (operand.equals("shared")) {
                constantWords.put(made, SharedMemory.START);
            } else if (operand.matches("-?\\d+")) {
                constantWords.put(made, (int) Long.parseLong(operand));
            } else if (operand.matches("%(tid|ntid|ctaid|nctaid)\\.[xyz]")) {
                specialRows.put(operand, made);
            } else if (!operand.matches("%(r|rs|f)\\d+")) {
                throw new PtxFailure("kernel " + name + ": no 32-bit operand: " + operand);
            }
            return made;
        }

        /** First element of the row of a 64-bit register or constant. */
        int wide(String operand) {
            Integer row = longRows.get(operand);
            if (row != null) {
                return row;
            }
            int made = longRows.size() * PtxWarp.LANES;
            longRows.put(operand, made);
            if (operand.matches("-?\\d+")) {
                constantLongs.put(made, Long.parseLong(operand));
            } else if (!operand.matches("%rd\\d+")) {
                throw new PtxFailure("kernel " + name + ": no 64-bit operand: " + operand);
            }
            return made;
        }

        /** The row that a parameter's value is put into. */
        int parameter(String operand, boolean isWide) {
            Matcher matcher = Pattern.compile("\\[\\w+_param_(\\d+)\\]").matcher(operand);
            if (!matcher.matches()) {
                throw new PtxFailure("kernel " + name + ": no parameter: " + operand);
            }
            int number = Integer.parseInt(matcher.group(1));
            if (parameters.get(number).equals("u64") != isWide) {
                throw new PtxFailure("kernel " + name + ": wrong width of parameter " + number);
            }
            String key = "param" + number;
            Map<String, Integer> rows = isWide ? longRows : wordRows;
            int row = rows.computeIfAbsent(key, added -> rows.size() * PtxWarp.LANES);
            parameterRows.put(number, row);
            return row;
        }
    }
}
