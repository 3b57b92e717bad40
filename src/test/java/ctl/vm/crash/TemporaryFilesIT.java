package ctl.vm.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A {@code /tmp} of its own for each command: nothing stays there, and none is needed. */
class TemporaryFilesIT {

    private Path folder;
    private Ctl ctl;

    /** Not below {@code /tmp}, which is another one for the commands. */
    @BeforeEach
    void createABox() throws IOException {
        Shell.assumeRoot();
        folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "temporary-files");
        Place place = new Place(folder);
        Files.createDirectories(place.root());
        Files.createDirectories(place.work());
        ctl = new Ctl(place);
        Path image = place.work().resolve("image");
        Shell.require("sh", "-c", "seq 300000 >'%s'".formatted(image));
        assertThat(ctl.within("import", "-r", image.toString(), "Box").exit()).isZero();
        Shell.require("sh", "-c",
                "cd '%s' && tar cf foreign.tar --transform 's,.*,Foreign/disk.s2e,' image && zstd -q foreign.tar"
                        .formatted(place.work()));
    }

    @AfterEach
    void remove() {
        if (folder != null) {
            Shell.require("rm", "-rf", folder.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw", "noexec", "ro", "nr_inodes=1"})
    void commandsThatPackAndUnpack_leaveNothingInTheTemporaryFolder_andDoWithoutIt(String options) {
        String number = options.replaceAll("\\W", "");
        for (String command : List.of("export Box %s.tar.zst", "import %s.tar.zst Two%s", "info --whole %s.tar.zst",
                "export Box %s.tar.gz", "import %s.tar.gz Three%s", "import foreign.tar.zst Foreign%s", "audit",
                "list -l")) {
            Ctl.Run run = ctl.run(
                    List.of("unshare", "-m", "sh", "-c",
                            "mount -t tmpfs -o %s tmpfs /tmp && { \"$@\"; code=$?; ls -A /tmp | sed 's/^/left: /'; exit $code; }"
                                    .formatted(options),
                            "sh"),
                    List.of(command.formatted(number, number).split(" ")));

            assertThat(run.exit()).as(run.toString()).isZero();
            assertThat(run.out()).as(run.toString()).doesNotContain("left: ");
            assertThat(run.err().lines().filter(line -> !line.startsWith("[INFO]"))).as(run.toString()).isEmpty();
        }
    }
}
