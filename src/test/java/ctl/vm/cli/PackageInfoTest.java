package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code info} says of a package.
 *
 * <pre>
 * vm/MyBox/disk.s2e          8 MiB, 4 MiB of them data, of 2026-01-02
 *          disk.s2e.ready    written by S²E for a disk image of that time
 *          disk.s2e.stale    written by S²E for one of another time
 *          disk.s2e.other    no snapshot of S²E
 * </pre>
 */
class PackageInfoTest {

    @TempDir
    Path folder;

    private InProcess program;

    @BeforeEach
    void makeVm() {
        program = new InProcess(folder);
        program.succeeds("create", "MyBox", "8M");
        program.shell("""
                cd MyBox
                header() { printf "\\\\x$(printf %02x $((1767323045 + $1 & 255)))\\x35\\x57\\x69\\0\\0\\0\\0\\x01\\0\\0\\0\\0\\0\\0\\0"; head -c 3000 /dev/urandom; }
                head -c 4M /dev/urandom | dd of=disk.s2e bs=1M seek=2 conv=notrunc status=none
                header 0 >disk.s2e.ready; header 60 >disk.s2e.stale; head -c 100000 /dev/urandom >disk.s2e.other
                touch -d @1767323045 disk.s2e disk.s2e.other; touch -d @1767323046 disk.s2e.ready disk.s2e.stale
                """);
        program.succeeds("reconcile");
    }

    @ParameterizedTest
    @CsvSource({"tar.gz, gzip, true", "tar.zst, zstd, true", "tar, none, false"})
    void info_ofOurPackage_readsNothingOfImagesAndWithWholeProvesThem(String ending, String compression, boolean sealed)
            throws Exception {
        Path file = folder.resolve("p." + ending);
        program.succeeds("export", "MyBox", file.toString());

        String json = program.succeeds("info", "--json", file.toString()).out();

        assertThat(json).contains("\"compression\" : \"" + compression + "\"", "\"madeByCtlVm\" : " + sealed,
                "\"proved\" : false", "\"sizeBytes\" : " + Files.size(file), "\"sizeBytes\" : 8388608",
                "\"storedBytes\" : 4194304", "\"holeBytes\" : 4194304", "\"modified\" : \"2026-01-02T03:04:05Z\"");
        assertThat(json).containsPattern("(?s)\"snapshot\" : \"stale\"[^}]*\"refusedByS2e\" : true");
        assertThat(json).containsPattern("(?s)\"snapshot\" : \"ready\"[^}]*\"refusedByS2e\" : false");
        assertThat(json).containsPattern("(?s)\"snapshot\" : \"other\"[^}]*\"refusedByS2e\" : false");
        String sum = program.shell("sha256sum '%s'".formatted(file)).substring(0, 64);
        assertThat(program.succeeds("info", "--whole", "--json", file.toString()).out())
                .contains("\"proved\" : true", "\"sha256\" : \"" + sum + "\"");
        damageInTheMiddle(file);
        assertThat(program.succeeds("info", "--json", file.toString()).out()).isEqualTo(json);
        if (sealed) {
            assertThat(program.ctl("info", "--whole", file.toString()).exit()).isEqualTo(7);
        }
    }

    @Test
    void info_ofAPackageAndOfAVmFromIt_saysWhereItComesFromAlsoWhenBothWereRenamed() {
        program.succeeds("export", "MyBox", "p.tar.gz");
        program.succeeds("export", "MyBox", "p.tar");
        program.succeeds("rename", "MyBox", "Old");
        program.succeeds("import", "p.tar.gz", "Two");
        program.succeeds("rename", "Two", "Three");
        String root = program.succeeds("info", "--json", "./p.tar").out().replaceAll("(?s).*\"root\" : \"|\".*", "");

        String brief = "Exported from: MyBox in root " + root.substring(0, 16) + ", by its event ";
        assertThat(root).matches("[0-9a-f]{64}");
        assertThat(program.succeeds("info", "./p.tar.gz").out()).contains(brief);
        assertThat(program.succeeds("info", "Three").out()).contains("Origin: imported from ", brief);
        assertThat(program.succeeds("info", "--json", "Three").out()).containsPattern(
                "(?s)\"exportedFrom\" : \\{.*\"root\" : \"" + root + "\",.*\"vm\" : \"MyBox\",.*\"seal\" : \"");
        assertThat(program.succeeds("info", "Old").out()).doesNotContain("Exported from");
        assertThat(program.succeeds("verify").out()).contains("journal and folder agree");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tar.gz", "tar.zst", "tar"})
    void info_ofAPackageThatIsCutOff_isRefused(String ending) throws Exception {
        Path file = folder.resolve("p." + ending);
        program.succeeds("export", "MyBox", file.toString());
        program.shell("truncate -s -20000 '%s'".formatted(file));

        Program.Result result = program.ctl("info", file.toString());

        assertThat(result.exit()).isEqualTo(7);
        assertThat(result.err()).contains("cut off");
    }

    @Test
    void info_ofAPackageByTar_saysSo() {
        program.shell("touch MyBox/notes.txt; tar czf \"$OLDPWD/p.tgz\" MyBox");

        assertThat(program.succeeds("info", "p.tgz").out())
                .contains("Format: tar, compressed with gzip\n").contains("ready").contains("S2E would refuse it")
                .contains("Not imported:\n    MyBox/notes.txt").doesNotContain("Seal");
    }

    @Test
    void info_ofAFileCalledAsAVm_isAboutTheVmUnlessItIsAPath() {
        program.succeeds("export", "MyBox", "MyBox.tar.gz");
        program.shell("cd \"$OLDPWD\"; mv MyBox.tar.gz MyBox");

        assertThat(program.succeeds("info", "MyBox").out()).contains("Origin:");
        assertThat(program.succeeds("info", "./MyBox").out()).contains("Format: tar, compressed with gzip by ctl vm");
        assertThat(program.ctl("info", "--whole", "MyBox").exit()).isEqualTo(2);
    }

    @Test
    void info_ofWhatIsNoPackage_fails() throws Exception {
        Files.writeString(folder.resolve("text"), "no package at all, for sure".repeat(100));

        assertThat(program.ctl("info", folder.resolve("text").toString()).exit()).isEqualTo(2);
        assertThat(program.ctl("info", "./nothing").exit()).isEqualTo(4);
        assertThat(program.ctl("info", "nothing").exit()).isEqualTo(4);
        assertThat(program.ctl("info", folder.toString()).exit()).isEqualTo(2);
    }

    private void damageInTheMiddle(Path file) {
        program.shell("printf damaged | dd of='%s' bs=1 seek=3000000 conv=notrunc status=none".formatted(file));
    }
}
