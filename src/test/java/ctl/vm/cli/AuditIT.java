package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who did what: a VM is made, gets a snapshot by hand, and loses it. */
class AuditIT {

    @TempDir
    Path folder;

    /** What a stranger types who has read {@code ctl vm audit --help} and nothing else. */
    @Test
    void snapshotOfAVmThatWasRenamedSince_isFoundByTheHelpAlone_andComesBack() {
        Program program = new Program(folder);
        program.succeeds("create", "MyBox", "1M");
        program.shell("echo state > \"$CTL_ROOT/vm/MyBox/disk.s2e.ready\"");
        program.succeeds("delete", "MyBox:ready");
        program.succeeds("rename", "MyBox", "Debian");

        String help = program.succeeds("audit", "--help").out();
        assertThat(help).contains("ctl vm audit MyBox:ready --action delete ", "ctl vm audit --action delete ")
                .containsPattern("\"ctl vm undelete\\s+NAME\\[:SNAPSHOT]\"");
        for (String name : List.of("MyBox:ready", "Debian:ready")) {
            assertThat(program.succeeds("audit", name, "--action", "delete").out().lines())
                    .hasSize(2)
                    .last().asString().contains(System.getProperty("user.name"), "MyBox:ready");
        }
        assertThat(program.succeeds("audit", "ready").err()).contains("its snapshot as NAME:SNAPSHOT");
        assertThat(program.succeeds("audit", "--action", "delete").out()).contains("MyBox:ready")
                .doesNotContain("undelete");
        assertThat(program.succeeds("audit", "-l", "--action", "delete").out())
                .contains("\n    MyBox is now Debian\n    \"ctl vm undelete Debian:ready\" brings it back, until 20");
        assertThat(program.succeeds("undelete", "Debian:ready").out())
                .isEqualTo("[ OK ] undelete snapshot Debian:ready\n");
    }

    @Test
    void snapshotDeleted_isToldInEveryForm() {
        Program program = new Program(folder);
        program.succeeds("create", "MyBox", "1M");
        program.shell("echo state > \"$CTL_ROOT/vm/MyBox/disk.s2e.ready\"");
        program.succeeds("delete", "MyBox:ready");
        String user = System.getProperty("user.name");

        assertThat(program.succeeds("audit", "MyBox:ready", "--action", "delete", "--since", "1h").out().lines())
                .hasSize(2)
                .last().asString().contains(user, "delete", "MyBox:ready", "done");
        assertThat(program.succeeds("audit", "--reverse").out().lines())
                .hasSize(4)
                .anySatisfy(line -> assertThat(line).contains("by-hand", "MyBox:ready appeared", "? (seen by " + user));
        assertThat(program.succeeds("audit", "-l", "--limit", "1").out())
                .contains("vm delete MyBox:ready", "operation ", "on host ", ", process ");
        assertThat(program.succeeds("audit", "--json", "MyBox:ready", "--action", "delete").out())
                .contains("\"action\":\"delete\"", "\"snapshot\":\"ready\"", "\"outcome\":\"done\"")
                .hasLineCount(1);
        assertThat(program.succeeds("audit", "--csv").out().lines())
                .hasSize(4)
                .first().asString().startsWith("sequence,time,user,");
        assertThat(program.succeeds("audit", "--by", "nobody-here").out().lines()).hasSize(1);
        assertThat(program.succeeds("audit", "-l", "--action", "by-hand").out())
                .containsPattern("(?m)^ +made between 20\\S+ \\S+ and 20\\S+ \\S+, file owner " + user + "$");
        assertThat(program.succeeds("audit", "--json", "--action", "by-hand").out())
                .contains("\"notBefore\":\"20", "\"fileOwner\":\"" + user + "\"");
        assertThat(program.ctl("audit", "--since", "soon").exit()).isEqualTo(2);
        Program.Result mistyped = program.ctl("audit", "--action", "create,destroy");
        assertThat(mistyped.exit()).isEqualTo(2);
        assertThat(mistyped.err()).contains("--action cannot be \"destroy\", but any of create, clone,", ", by-hand");
    }
}
