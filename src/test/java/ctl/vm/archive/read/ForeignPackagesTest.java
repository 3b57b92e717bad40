package ctl.vm.archive.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ctl.vm.archive.Tool;
import ctl.vm.archive.write.InMemoryFile;
import ctl.vm.cli.problem.ProblemText;
import ctl.vm.compression.Compressors;
import ctl.vm.inventory.PackageLimits;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What other programs put into packages is read as they read it. The page that lists it is generated from these
 * packages and from what the programs make of them:
 *
 * <pre>
 * mvn -B test -Dtest=ForeignPackagesTest -Dpage.write=true
 * </pre>
 */
class ForeignPackagesTest {

    private static final String COMPRESSIONS = """

            ## Compressions

            Told by content, from a file or a pipe, of a package or of a raw disk image (`import --raw`). Several streams, members or frames one behind the other are read as one.

            | | usual ending | proved | several threads |
            |---|---|---|---|
            | gzip | `.tar.gz` | checksum and length | packages of `ctl vm` |
            | zstd | `.tar.zst` | the checksum, if it has one | packages of `ctl vm` |
            | xz | `.tar.xz` | the checks, if it has them, and the index | blocks whose sizes are in their headers (`xz -T`) |
            | lzip | `.tar.lz` | checksum and lengths | several members (`plzip`) |
            | lzma | `.tar.lzma` | nothing but its end | |
            | bzip2 | `.tar.bz2` | the checksums of blocks and streams | all blocks |
            | lz4 | `.tar.lz4` | checksums and length, if it has them | one is faster than a disk |

            `lz4 -l` and `compress` make files in which nothing shows whether they are whole: they are refused, with the command that decompresses them.
            """;

    private static final Path PAGE = Path.of("docs/packages.md");

    @TempDir
    private Path temporary;

    static List<ForeignPackages.Foreign> packages() {
        return ForeignPackages.all();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void foreignPackage_isReadOrRefusedAsThePageSays(ForeignPackages.Foreign foreign) {
        if (foreign.reason().isPresent()) {
            assertThatThrownBy(() -> images(foreign)).isInstanceOfSatisfying(VmException.class, refused -> {
                assertThat(refused.problem()).isInstanceOf(Unsafe.class);
                assertThat(ProblemText.of(refused.problem()).message()).contains(foreign.reason().get());
            });
        } else {
            assertThat(images(foreign)).containsKeys("disk.s2e", "disk.s2e.last");
        }
    }

    /** And of what is read, no two programs unpack the same other images. */
    @Test
    void page_saysWhatOtherProgramsMakeOfEachPackage() throws IOException {
        assumeTrue(Tool.isInstalled("python3"), "python3 is not installed");
        List<ForeignPackages.Foreign> packages = packages();
        Referees referees = Referees.unpack(
                packages.stream().map(ForeignPackages.Foreign::content).toList(), temporary);
        List<String> rows = new ArrayList<>();
        for (int index = 0; index < packages.size(); index++) {
            rows.add(row(packages.get(index), index, referees));
        }
        String page = page(packages, rows, referees);
        if (Boolean.getBoolean("page.write")) {
            Files.writeString(PAGE, page);
        }

        // Other versions may read differently.
        String written = Files.readString(PAGE);
        assumeTrue(written.contains(versions(referees)), "the page is about other versions than " + versions(referees));
        assertThat(written).as("make it anew with -Dpage.write=true").isEqualTo(page);
    }

    private static Map<String, String> images(ForeignPackages.Foreign foreign) {
        var bytes = Channels.newChannel(new ByteArrayInputStream(foreign.content()));
        try (var reader = new PackageReader(bytes, "P.tar", PackageLimits.USUAL, Compressors.BEST,
                PackageReader.Scope.IMAGES)) {
            Map<String, String> images = new TreeMap<>();
            for (Optional<Member> next = reader.next(); next.isPresent(); next = reader.next()) {
                var file = new InMemoryFile();
                reader.extract(file, ImageFill.Filled.NOTHING, _ -> {});
                images.put(next.get().image().fileName(),
                        Referees.image(sha256(file.content()), next.get().modified().getEpochSecond()));
            }
            List<String> warnings = new ArrayList<>(reader.warnings());
            reader.skipped().forEach(name -> warnings.add(name + " is no image"));
            assertThat(String.join("\n", warnings)).contains(foreign.warning().orElse(""));
            assertThat(warnings).hasSize(foreign.warning().isPresent() ? 1 : 0);
            return images;
        }
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String row(ForeignPackages.Foreign foreign, int index, Referees referees) {
        Referees.Reading ours = foreign.reason().isPresent()
                ? mostCommon(index, referees)
                : new Referees.Reading(false, images(foreign));
        var row = new StringBuilder("| " + foreign.title() + " | " + foreign.reason().map(_ -> "refused")
                .orElse(foreign.warning().isPresent() ? "read, with a warning" : "read"));
        List<Referees.Reading> others = new ArrayList<>();
        for (String program : referees.versions().keySet()) {
            Referees.Reading reading = referees.of(program, index);
            row.append(" | ").append(reading.isSame(ours)
                    ? reading.isFailed() ? "read, with an error" : "read"
                    : reading.isFailed() ? "fails" : "**other images**");
            if (!reading.isSame(ours) && !reading.isFailed()) {
                others.add(reading);
            }
        }
        if (foreign.reason().isEmpty()) {
            assertThat(others).as("%s: what programs unpack instead of %s", foreign, ours.images())
                    .doesNotHaveDuplicates();
        }
        return row + " |";
    }

    /** What most programs make of a package that is refused, so that those stand out that make something else of it. */
    private static Referees.Reading mostCommon(int index, Referees referees) {
        List<Referees.Reading> readings = referees.versions().keySet().stream()
                .map(program -> referees.of(program, index))
                .sorted((one, other) -> Boolean.compare(one.isFailed(), other.isFailed()))
                .toList();
        return readings.stream()
                .filter(reading -> !reading.isFailed() && readings.stream()
                        .filter(other -> !other.isFailed() && other.isSame(reading)).count() > 1)
                .findFirst()
                .orElse(readings.getFirst());
    }

    private static String versions(Referees referees) {
        return referees.versions().entrySet().stream()
                .map(program -> Referees.NAMES.get(program.getKey()) + " " + program.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String page(List<ForeignPackages.Foreign> packages, List<String> rows, Referees referees) {
        var page = new StringBuilder("""
                # Packages of other programs

                What a tar archive may hold, and who reads it as `import` does. Where programs unpack different images from one archive, it is refused: it would
                depend on the program which VM it is. Where all unpack the same, it is read, with a warning where its user should know something.

                Each row is the smallest archive that has what it names, with a disk image in front of it and a snapshot behind it. The columns of
                other programs are about the images alone, their content and times: *read* is what `ctl vm` reads, or what most of them read of a package that it refuses;
                *fails* means that the program ends with an error, and not with these images.
                The tests make all of them (`ForeignPackages`), and this page is generated from what the programs make of them: %s.

                Packages that are refused because they could do harm: [hostile-packages.md](hostile-packages.md). Limits: [security.md](security.md#packages).
                """
                .formatted(versions(referees)));
        String section = "";
        for (int index = 0; index < packages.size(); index++) {
            if (!packages.get(index).section().equals(section)) {
                section = packages.get(index).section();
                String programs = referees.versions().keySet().stream().map(Referees.NAMES::get)
                        .collect(Collectors.joining(" | "));
                page.append("%n## %s%n%n| | ctl vm | %s |%n|---|---%s|%n".formatted(
                        section, programs, "|---".repeat(referees.versions().size())));
            }
            page.append(rows.get(index)).append("\n");
        }
        return page.append(COMPRESSIONS).toString();
    }
}
