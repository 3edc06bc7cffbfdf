package io.psconv.model.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.cuda.KernelArgument.Buffer;
import io.psconv.model.engine.TestNetworks;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.HalfPrecision;
import io.psconv.model.network.FeatureShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** That the machine computes what PTX says, and that it notices what a device would not forgive. */
class PtxMachineTest {
    private static final String HEAD = ".version 7.0\n.target sm_80\n.address_size 64\n";

    @Test
    void bringsLanesTogetherAgainThatTookDifferentBranches() {
        int[] made =
                run(
                        """
                        ld.param.u64 %rd1, [test_param_0];
                        mov.u32 %r1, %tid.x;
                        mov.u32 %r2, 0;
                        setp.ge.s32 %p1, %r1, 16;
                        @%p1 bra $upper;
                        $loop:
                        add.s32 %r2, %r2, 1;
                        setp.lt.s32 %p2, %r2, %r1;
                        @%p2 bra $loop;
                        bra.uni $met;
                        $upper:
                        mul.lo.s32 %r2, %r1, 100;
                        $met:
                        mov.b32 %r3, %r2;
                        shfl.sync.bfly.b32 %r4|%p3, %r3, 16, 31, -1;
                        mul.wide.s32 %rd2, %r1, 4;
                        add.s64 %rd3, %rd1, %rd2;
                        st.global.u32 [%rd3], %r4;
                        ret;
                        """,
                        32);

        for (int lane = 0; lane < 16; lane++) {
            assertThat(made[lane]).as("lane %d", lane).isEqualTo((lane + 16) * 100);
            assertThat(made[lane + 16]).as("lane %d", lane).isEqualTo(Math.max(1, lane));
        }
    }

    @Test
    void multipliesMatricesWhoseElementsLieAsTheIsaSays() {
        Random random = new Random(5);
        float[][] left = matrix(16, 16, random);
        float[][] right = matrix(16, 8, random);
        int[] words = new int[10 * PtxWarp.LANES];
        // Registers 0-3 hold A, 4 and 5 B, 6-9 C and D, one row of 32 lanes each.
        for (int row = 0; row < 16; row++) {
            for (int column = 0; column < 16; column++) {
                int lane = row % 8 * 4 + column % 8 / 2;
                int register = row / 8 + column / 8 * 2;
                put(words, register, lane, column % 2, left[row][column]);
            }
            for (int column = 0; column < 8; column++) {
                int lane = column * 4 + row % 8 / 2;
                put(words, 4 + row / 8, lane, row % 2, right[row][column]);
            }
        }

        int[] sums = rows(6, 4);
        new TensorCore().multiply(words, sums, rows(0, 4), rows(4, 2), sums);

        for (int row = 0; row < 16; row++) {
            for (int column = 0; column < 8; column++) {
                float expected = 0;
                for (int k = 0; k < 16; k++) {
                    expected += left[row][k] * right[k][column];
                }
                int lane = row % 8 * 4 + column / 2;
                int at = sums[row / 8 * 2 + column % 2] + lane;
                assertThat(Float.intBitsToFloat(words[at]))
                        .as("row %d, column %d", row, column)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void noticesAMissingBarrier() {
        assertThatThrownBy(() -> logits(ptx().replace("bar.sync \t0;", "")))
                .isInstanceOf(PtxFailure.class)
                .hasMessageContaining("read shared byte")
                .hasMessageContaining("another thread writes, no barrier");
    }

    @Test
    void noticesCopiesThatNobodyAwaits() {
        assertThatThrownBy(() -> logits(ptx().replace("cp.async.wait_all;", "")))
                .isInstanceOf(PtxFailure.class)
                .hasMessageContaining("unwritten so far");
    }

    @Test
    void noticesTooLittleSharedMemory() {
        CompressedModel model = TestNetworks.cifar("resnet20", "PS4_P4");
        DeviceProgram program = new CudaProgramBuilder(model, Precision.FP16).build(1);
        KernelLaunch first = program.launches().get(1);
        KernelLaunch smaller =
                new KernelLaunch(
                        first.kernel(),
                        first.gridX(),
                        first.gridY(),
                        first.gridZ(),
                        first.blockX(),
                        first.sharedBytes() - 16,
                        first.arguments());

        assertThatThrownBy(
                        () ->
                                EmulatedRun.logits(
                                        new DeviceProgram(
                                                1,
                                                program.buffers(),
                                                program.input(),
                                                program.output(),
                                                List.of(program.launches().get(0), smaller)),
                                        TestNetworks.images(model, 1)))
                .isInstanceOf(PtxFailure.class)
                .hasMessageContaining("is outside of " + smaller.sharedBytes());
    }

    @Test
    void noticesAddressesOutsideOfAllocations() {
        assertThatThrownBy(() -> run(storing("128"), 32))
                .isInstanceOf(PtxFailure.class)
                .hasMessageContaining("ends behind the allocation's 128");
        assertThatThrownBy(() -> run(storing("-4"), 32))
                .isInstanceOf(PtxFailure.class)
                .hasMessageContaining("is not allocated");
    }

    @Test
    void noticesMisalignedVectors() {
        assertThatThrownBy(
                        () ->
                                run(
                                        """
                                        ld.param.u64 %rd1, [test_param_0];
                                        st.global.v2.u32 [%rd1+4], {%r1, %r2};
                                        ret;
                                        """,
                                        1))
                .isInstanceOf(PtxFailure.class)
                .hasMessageContaining("is no multiple of 8");
    }

    @Test
    void noticesThreadsThatWriteTheSamePlace() {
        assertThatThrownBy(
                        () ->
                                run(
                                        """
                                        ld.param.u64 %rd1, [test_param_0];
                                        st.global.u32 [%rd1], %r1;
                                        ret;
                                        """,
                                        2))
                .isInstanceOf(PtxFailure.class)
                .hasMessageContaining("which another thread wrote");
    }

    @Test
    void noticesWhatNobodyWrote() {
        assertThatThrownBy(
                        () ->
                                run(
                                        """
                                        ld.param.u64 %rd1, [test_param_0];
                                        ld.global.u32 %r1, [%rd1];
                                        ret;
                                        """,
                                        1))
                .isInstanceOf(PtxFailure.class)
                .hasMessageContaining("unwritten so far");
    }

    @Test
    void refusesInstructionsThatItDoesNotKnow() {
        assertThatThrownBy(() -> run("sin.approx.f32 %f1, %f2;\nret;\n", 1))
                .isInstanceOf(PtxFailure.class)
                .hasMessage("unknown instruction 'sin.approx.f32 %f1, %f2;'");
    }

    /** Runs a kernel of one parameter, 128 bytes that start unwritten; zero where they stay so. */
    private static int[] run(String body, int threads) {
        String text =
                HEAD + ".visible .entry test(\n.param .u64 test_param_0\n)\n{\n" + body + "}\n";
        PtxMachine machine = new PtxMachine(text.getBytes(StandardCharsets.US_ASCII));
        long address = machine.memory().allocate(128);
        machine.launch(
                new KernelLaunch("test", 1, 1, 1, threads, 0, List.of(new Buffer(0, 0))),
                new long[] {address});
        int[] made = new int[32];
        ByteBuffer.wrap(machine.memory().read(address, 128))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer()
                .get(made);
        return made;
    }

    private static String storing(String offset) {
        return "ld.param.u64 %rd1, [test_param_0];\nadd.s64 %rd2, %rd1, "
                + offset
                + ";\nst.global.u32 [%rd2], %r1;\nret;\n";
    }

    private static String ptx() {
        return new String(PtxModule.portable(), StandardCharsets.US_ASCII);
    }

    /** A network on other PTX than the jar's. */
    private static float[] logits(String ptx) {
        CompressedModel model =
                TestNetworks.create("resnet20", "PS4_P4", new FeatureShape(3, 32, 32), 10);
        return EmulatedRun.logits(
                new PtxMachine(ptx.getBytes(StandardCharsets.US_ASCII)),
                new CudaProgramBuilder(model, Precision.FP16).build(1),
                TestNetworks.images(model, 1));
    }

    private static float[][] matrix(int rows, int columns, Random random) {
        float[][] matrix = new float[rows][columns];
        for (float[] row : matrix) {
            for (int column = 0; column < columns; column++) {
                row[column] = random.nextInt(64) / 8f - 4;
            }
        }
        return matrix;
    }

    private static void put(int[] words, int register, int lane, int half, float value) {
        int bits = HalfPrecision.narrow(value) & 0xffff;
        words[register * PtxWarp.LANES + lane] |= half == 0 ? bits : bits << 16;
    }

    private static int[] rows(int first, int count) {
        int[] rows = new int[count];
        for (int index = 0; index < count; index++) {
            rows[index] = (first + index) * PtxWarp.LANES;
        }
        return rows;
    }
}
