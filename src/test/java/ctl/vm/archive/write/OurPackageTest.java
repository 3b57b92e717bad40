package ctl.vm.archive.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.archive.read.TarBytes;
import ctl.vm.archive.read.Untrusted;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Problem;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packages of ours say of themselves whether they are whole. */
class OurPackageTest {

    private static final int MEMBER_BYTES = 1000;
    private static final byte[] TAR = TarBytes.withDisk().file("disk.s2e.ready", noise(600)).ended();

    private static String noise(int length) {
        return new Random(length).ints(length, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    static Stream<OurPackage> formats() {
        return Stream.of(OurPackage.gzip(), OurPackage.zstd());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 512, MEMBER_BYTES, 1 << 20})
    void membersOfAnySize_areReadAsOneArchive(int memberBytes) {
        formats().forEach(format -> assertThat(Untrusted.read(format.with(TAR, memberBytes).closed().bytes()))
                .isEqualTo(Untrusted.read(TAR)));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void packageCutAnywhere_isRefused(OurPackage format) {
        byte[] whole = format.with(TAR, MEMBER_BYTES).closed().bytes();
        for (int length = whole.length - 1; length >= 0; length -= 3) {
            assertThatThrownBy(read(Arrays.copyOf(whole, length))).isInstanceOf(VmException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("formats")
    void packageWithAnyByteChanged_isRefused(OurPackage format) {
        long seed = System.nanoTime();
        var random = new Random(seed);
        byte[] whole = format.with(TAR, MEMBER_BYTES).closed().bytes();
        for (int position = random.nextInt(5); position < whole.length; position += 5) {
            byte[] damaged = whole.clone();
            damaged[position] ^= (byte) (1 + random.nextInt(255));
            if (isStillAMember(whole, position)) {
                assertThatThrownBy(read(damaged)).as("seed %d: byte %d", seed, position)
                        .isInstanceOf(VmException.class);
            }
        }
    }

    /**
     * What makes it ours, and what only the closing member holds, can be taken for another's: then it is read as that.
     */
    private static boolean isStillAMember(byte[] whole, int position) {
        return position > 40 && position < whole.length - 80;
    }

    @ParameterizedTest
    @MethodSource("formats")
    void closingMemberThatIsMissing_isSeen(OurPackage format) {
        assertRefused(format.with(TAR, MEMBER_BYTES).bytes(), "is cut off: its closing");
    }

    @ParameterizedTest
    @MethodSource("formats")
    void closingMemberTwice_isRefused(OurPackage format) {
        assertIsTwo(format.with(TAR, MEMBER_BYTES).closed().closed().bytes());
    }

    @ParameterizedTest
    @MethodSource("formats")
    void closingMemberInTheMiddle_isRefused(OurPackage format) {
        byte[] start = Arrays.copyOf(TAR, MEMBER_BYTES);
        byte[] rest = Arrays.copyOfRange(TAR, MEMBER_BYTES, TAR.length);
        assertIsTwo(format.member(start).closed().member(rest).closed().bytes());
    }

    @ParameterizedTest
    @MethodSource("formats")
    void somethingElseBehindTheClosingMember_isIgnored(OurPackage format) {
        byte[] whole = format.with(TAR, MEMBER_BYTES).closed().bytes();
        assertThat(Untrusted.read(format.raw("something else".getBytes()).bytes())).isEqualTo(Untrusted.read(whole));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void closingMemberWithAnotherCount_isRefused(OurPackage format) {
        OurPackage some = format.with(TAR, MEMBER_BYTES);
        byte[] digest = some.digest();
        assertRefused(some.closed(some.members().size() + 1, digest).bytes(),
                "parts and was made with %d".formatted(some.members().size() + 1));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void closingMemberWithAnotherDigest_isRefused(OurPackage format) {
        OurPackage some = format.with(TAR, MEMBER_BYTES);
        assertRefused(some.closed(some.members().size(), new byte[32]).bytes(), "is altered: it is not as it was made");
    }

    @Test
    void packageOfANewerProgram_isRefusedWithAdvice() {
        byte[] gzip = OurPackage.gzipMember(TAR, OurPackage.ours(2));
        byte[] zstd = OurPackage.ourFrame(OurPackage.ours(2));
        for (byte[] newer : List.of(gzip, zstd)) {
            assertThat(problem(newer)).isEqualTo(new Misuse.NewerPackage("P.tar.gz", 2));
        }
    }

    @Test
    void memberWithoutALength_isRefused() {
        byte[] member = TarBytes.gzip(TAR);
        assertRefused(OurPackage.gzip().member(new byte[0]).rawMember(member).closed().bytes(), "is altered");
    }

    @Test
    void memberThatLiesAboutItsDeflateLength_isRefused() {
        for (int lie : new int[] {-1, Integer.MAX_VALUE, 1 << 30, 0}) {
            assertRefused(lying(lie, TAR.length, OurPackage.checksum(TAR)), "is ");
        }
        int length = OurPackage.deflate(TAR).length;
        assertRefused(lying(length - 1, TAR.length, OurPackage.checksum(TAR)), "is ");
        assertRefused(lying(length + 1, TAR.length, OurPackage.checksum(TAR)), "is ");
    }

    @Test
    void memberThatLiesAboutItsSize_isRefused() {
        int length = OurPackage.deflate(TAR).length;
        for (int lie : new int[] {-1, Integer.MAX_VALUE, (4 << 20) + 1, TAR.length - 1, TAR.length + 1, 0}) {
            assertRefused(lying(length, lie, OurPackage.checksum(TAR)), "is damaged");
        }
    }

    @Test
    void memberWithAnotherChecksum_isRefused() {
        int length = OurPackage.deflate(TAR).length;
        assertRefused(lying(length, TAR.length, 1), "is damaged: a checksum is wrong");
    }

    @Test
    void bytesBetweenDeflateDataAndChecksum_areRefused() {
        byte[] deflated = OurPackage.deflate(TAR);
        byte[] member = OurPackage.gzipMember(
                Arrays.copyOf(deflated, deflated.length + 1),
                deflated.length + 1,
                OurPackage.ours(1),
                TAR.length,
                OurPackage.checksum(TAR));
        assertRefused(OurPackage.gzip().rawMember(member).closed().bytes(), "is damaged");
    }

    @Test
    void bomb_isRefusedByWhatItSays() {
        assertRefused(OurPackage.gzip().member(new byte[5 << 20]).closed().bytes(), "4194304 are the most");
        assertRefused(OurPackage.zstd().member(new byte[5 << 20]).closed().bytes(), "4194304 are the most");
    }

    private static byte[] lying(int saidDeflated, int saidSize, int saidChecksum) {
        byte[] member = OurPackage.gzipMember(
                OurPackage.deflate(TAR), saidDeflated, OurPackage.ours(1), saidSize, saidChecksum);
        return OurPackage.gzip().rawMember(member).closed().bytes();
    }

    private static void assertRefused(byte[] content, String reason) {
        assertThat(problem(content)).isInstanceOfSatisfying(
                Unsafe.BadPackage.class, bad -> assertThat(bad.reason()).contains(reason));
    }

    private static void assertIsTwo(byte[] content) {
        assertThat(problem(content)).isInstanceOfSatisfying(Unsafe.AmbiguousPackage.class,
                ambiguous -> assertThat(ambiguous.reason()).contains("a second package behind the first"));
    }

    private static Problem problem(byte[] content) {
        try {
            Untrusted.read(content);
        } catch (VmException refused) {
            return refused.problem();
        }
        throw new AssertionError("it was read");
    }

    private static ThrowingCallable read(byte[] content) {
        return () -> Untrusted.read(content);
    }
}
