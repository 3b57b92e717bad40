package ctl.vm.archive.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.cli.problem.ProblemText;
import ctl.vm.compression.Compressors;
import ctl.vm.inventory.PackageLimits;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a package must not hold is refused, by name and with a reason. */
class HostilePackageTest {

    @TempDir
    private Path temporary;

    static List<HostilePackages.Hostile> packages() {
        return HostilePackages.all();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void hostilePackage_isRefusedByNameAndReason(HostilePackages.Hostile hostile) {
        assertThatThrownBy(() -> Untrusted.read(hostile.content()))
                .isInstanceOfSatisfying(VmException.class, refused -> {
                    assertThat(refused.problem()).isInstanceOf(Unsafe.class);
                    assertThat(ProblemText.of(refused.problem()).message())
                            .startsWith("P.tar.gz: "
                                    + (hostile.member().isEmpty() ? "" : "member \"%s\": ".formatted(hostile.member())))
                            .contains(hostile.reason());
                });
    }

    /** Damage in data that is passed over is not seen; what is refused is refused as by an import. */
    @Test
    void hostilePackages_ofWhichOnlyHeadersAreRead_areRefusedForTheSameReasonOrPassedOver() throws IOException {
        var folder = new PackageFolder(Files.createDirectory(temporary.resolve("folder")));
        Path file = folder.file("P");
        int refused = 0;
        for (HostilePackages.Hostile hostile : packages()) {
            Files.write(file, hostile.content());
            try (PackageSource source = PackageSource.ofFile(
                    folder.disk(), Compressors.BEST, file, PackageLimits.USUAL, PackageReader.Scope.HEADERS)) {
                for (Optional<Member> member = source.next(); member.isPresent(); member = source.next()) {
                    source.reader().start(448);
                }
            } catch (VmException problem) {
                assertThat(problem.problem()).as(hostile.reason()).isInstanceOf(Unsafe.class);
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(packages().size() * 9 / 10);
    }

    @ParameterizedTest
    @CsvSource({"compress, 1f9d90", "lz4 -l, 02214c18"})
    void packageInAForeignCompression_isNotReadButNamed(String compression, String start) {
        assertThatThrownBy(() -> Untrusted.read(HexFormat.of().parseHex(start)))
                .isInstanceOfSatisfying(VmException.class, refused -> assertThat(refused.problem())
                        .isEqualTo(new Misuse.ForeignCompression("P.tar.gz", compression)));
    }

    @Test
    void hostilePackages_unpackedOnADisk_writeNothingButTheFilesThatTheyAreGiven() throws IOException {
        var folder = new PackageFolder(Files.createDirectory(temporary.resolve("folder")));
        Path file = folder.file("P");
        for (HostilePackages.Hostile hostile : packages()) {
            Files.write(file, hostile.content());
            assertThatThrownBy(() -> folder.unpack(file)).isInstanceOf(VmException.class);
            try (Stream<Path> unpacked = Files.list(folder.unpacked())) {
                unpacked.forEach(path -> folder.disk().remove(path));
            }
        }
        assertThat(temporary).isDirectoryNotContaining(path -> !path.endsWith("folder"));
        assertThat(folder.path()).isDirectoryNotContaining(path -> !path.equals(file)
                && !path.equals(folder.source()) && !path.equals(folder.unpacked()));
        assertThat(folder.source()).isEmptyDirectory();
        assertThat(folder.unpacked()).isEmptyDirectory();
    }
}
