package ctl.vm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ctl.vm.child.Children;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A machine without Java, of which root may try out what he likes: this one behind an overlay, which keeps all changes
 * in memory until they are forgotten. Whatever is Java is hidden in it.
 *
 * <pre>
 * /mnt/target    what the build has made
 * /mnt/said      what was printed
 * </pre>
 */
final class BareMachine {

    static final Path HOME = Path.of("/root");

    /** Only root may mount, and in a container he may not either. */
    private static final int MAY_NOT = 77;

    private static final String BOOT = """
            cd "$1"; mkdir mounted machine
            mount -t tmpfs tmpfs mounted && mkdir mounted/changes mounted/work && mount -t overlay overlay \
                -o lowerdir=/,upperdir=mounted/changes,workdir=mounted/work machine || exit 77
            for folder in proc sys dev; do mount --rbind "/$folder" "machine/$folder"; done
            mkdir -p machine/usr/lib/jvm; mount -t tmpfs tmpfs machine/usr/lib/jvm
            for java in $(type -ap java); do rm -f "machine$java"; done
            rm -f machine/etc/dpkg/dpkg.cfg.d/*  # which may leave out manual pages
            mount -t tmpfs tmpfs machine/mnt; mkdir machine/mnt/target
            mount --bind "$2" machine/mnt/target; touch machine/mnt/said; mount --bind said machine/mnt/said
            exec chroot machine env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
                DEBIAN_FRONTEND=noninteractive /bin/bash -c "$3"
            """;

    private static final String NEXT = "----- next script";

    private BareMachine() {}

    /**
     * Runs scripts one after the other, each in a shell of its own.
     *
     * @param folder to be empty
     * @return what each has printed
     */
    static List<String> run(Path folder, Path target, List<String> scripts) throws IOException {
        Path said = Files.createFile(folder.resolve("said"));
        StringBuilder all = new StringBuilder("exec >>/mnt/said 2>&1 </dev/null\n");
        for (String script : scripts) {
            all.append("bash -c '").append(script.replace("'", "'\\''")).append("'\necho '").append(NEXT).append("'\n");
        }
        Process machine = Children.start("unshare", "--mount", "/bin/bash", "-euc", BOOT, "boot",
                folder.toString(), target.toString(), all.toString());
        String trouble = new String(machine.getInputStream().readAllBytes(), UTF_8);
        try {
            int exit = machine.waitFor();
            assumeTrue(exit != MAY_NOT && !trouble.startsWith("unshare:"), "may not mount here: " + trouble);
            assertThat(exit).as("%s%n%s", trouble, Files.readString(said)).isZero();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
        return List.of(Files.readString(said).split(NEXT + "\n"));
    }
}
