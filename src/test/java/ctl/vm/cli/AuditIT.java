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
        InProcess inProcess = new InProcess(program);
        inProcess.succeeds("create", "MyBox", "1M");
        program.shell("echo state > \"$CTL_ROOT/vm/MyBox/disk.s2e.ready\"");
        inProcess.succeeds("delete", "MyBox:ready");
        inProcess.succeeds("rename", "MyBox", "Debian");

        String help = program.succeeds("audit", "--help").out();
        assertThat(help).contains("ctl vm audit MyBox:ready --action delete ", "ctl vm audit --action delete ")
                .containsPattern("\"ctl vm undelete\\s+NAME\\[:SNAPSHOT]\"");
        for (String name : List.of("MyBox:ready", "Debian:ready")) {
            assertThat(inProcess.succeeds("audit", name, "--action", "delete").out().lines())
                    .hasSize(2)
                    .last().asString().contains(System.getProperty("user.name"), "MyBox:ready");
        }
        assertThat(inProcess.succeeds("audit", "ready").err()).contains("a snapshot as NAME:SNAPSHOT");
        assertThat(inProcess.succeeds("audit", "--action", "delete").out()).contains("MyBox:ready")
                .doesNotContain("undelete");
        assertThat(program.succeeds("audit", "-l", "--action", "delete").out())
                .contains("\n    MyBox is now Debian\n    \"ctl vm undelete Debian:ready\" brings it back, until 20");
        assertThat(inProcess.succeeds("undelete", "Debian:ready").out())
                .isEqualTo("[ OK ] undelete snapshot Debian:ready\n");
    }

    /**
     * A VM is put there by hand and renamed, gets a snapshot, is written to and loses it: ann saw that, and did none of
     * it.
     */
    @Test
    void changesByHand_nameWhoSawThem_andNobodyAsTheirMaker() {
        Program program = new Program(folder);
        InProcess inProcess = new InProcess(program);
        String user = System.getProperty("user.name");
        program.shell("mkdir -p \"$CTL_ROOT/vm/Old\"; truncate -s 1M \"$CTL_ROOT/vm/Old/disk.s2e\"");
        inProcess.succeeds("reconcile");
        program.shell("cd \"$CTL_ROOT/vm\"; mv Old Box; echo state > Box/disk.s2e.ready");
        inProcess.succeeds("reconcile");
        program.shell("cd \"$CTL_ROOT/vm/Box\"; truncate -s 2M disk.s2e; rm disk.s2e.ready");
        inProcess.succeeds("reconcile");

        List<String> json = program.succeeds("audit", "--json", "--reverse").out().lines().toList();
        assertThat(json).hasSize(5).allSatisfy(line -> assertThat(line)
                .contains("\"seenBy\":{\"user\":\"%s\"".formatted(user), "\"action\":\"by-hand\"")
                .doesNotContain("\"by\":"));
        assertThat(json.get(0)).contains("\"vm\":\"Old\",\"change\":\"vm-appeared\"");
        assertThat(json.get(1)).contains("\"vm\":\"Box\",\"change\":\"vm-moved\",\"from\":\"Old\"");
        assertThat(json.get(2)).contains(
                "\"vm\":\"Box\",\"snapshot\":\"ready\",\"change\":\"snapshot-appeared\",\"file\":\"disk.s2e.ready\"");
        assertThat(json.get(3)).contains(
                "\"vm\":\"Box\",\"snapshot\":\"ready\",\"change\":\"image-vanished\",\"file\":\"disk.s2e.ready\"");
        assertThat(json.get(4)).contains("\"vm\":\"Box\",\"change\":\"image-changed\",\"file\":\"disk.s2e\"");
        assertThat(inProcess.succeeds("audit", "--csv").out().lines().skip(1)).allSatisfy(line -> assertThat(line)
                .matches("\\d+,[^,]+Z,,,.*").endsWith("," + user));
        assertThat(inProcess.succeeds("audit", "--by", user).out().lines()).as("the heading alone").hasSize(1);
        assertThat(inProcess.succeeds("list", "--json").out()).contains("\"seenBy\" : \"" + user)
                .doesNotContain("createdBy");
        assertThat(inProcess.succeeds("list", "-l").out()).containsPattern("(?m)^Box .*  \\?  +made by hand$");
        assertThat(program.succeeds("info", "Box").out())
                .containsPattern("(?m)^  Created: before 20\\S+ \\S+, when " + user + " saw it$");
        assertThat(inProcess.succeeds("info", "--json", "Box").out()).contains("\"seenBy\" : \"" + user)
                .doesNotContain("createdBy");
    }

    @Test
    void snapshotDeleted_isToldInEveryForm() {
        Program program = new Program(folder);
        InProcess inProcess = new InProcess(program);
        inProcess.succeeds("create", "MyBox", "1M");
        program.shell("echo state > \"$CTL_ROOT/vm/MyBox/disk.s2e.ready\"");
        inProcess.succeeds("delete", "MyBox:ready");
        String user = System.getProperty("user.name");

        assertThat(program.succeeds("audit", "MyBox:ready", "--action", "delete", "--since", "1h").out().lines())
                .hasSize(2)
                .last().asString().contains(user, "delete", "MyBox:ready", "done");
        assertThat(inProcess.succeeds("audit", "--reverse").out().lines())
                .hasSize(4)
                .anySatisfy(line -> assertThat(line).contains("by-hand", "MyBox:ready appeared", "? (seen by " + user));
        assertThat(inProcess.succeeds("audit", "-l", "--limit", "1").out())
                .contains("vm delete MyBox:ready", "operation ", "on host ", ", process ");
        assertThat(inProcess.succeeds("audit", "--json", "MyBox:ready", "--action", "delete").out())
                .contains("\"action\":\"delete\"", "\"snapshot\":\"ready\"", "\"outcome\":\"done\"")
                .hasLineCount(1);
        assertThat(program.succeeds("audit", "--csv").out().lines())
                .hasSize(4)
                .first().asString().startsWith("sequence,time,user,");
        assertThat(inProcess.succeeds("audit", "--by", "nobody-here").out().lines()).hasSize(1);
        assertThat(inProcess.succeeds("audit", "-l", "--action", "by-hand").out())
                .containsPattern("(?m)^ +made between 20\\S+ \\S+ and 20\\S+ \\S+, file owner " + user + "$");
        assertThat(inProcess.succeeds("audit", "--json", "--action", "by-hand").out())
                .contains("\"notBefore\":\"20", "\"fileOwner\":\"" + user + "\"");
        assertThat(inProcess.ctl("audit", "--since", "soon").exit()).isEqualTo(2);
        Program.Result mistyped = inProcess.ctl("audit", "--action", "create,destroy");
        assertThat(mistyped.exit()).isEqualTo(2);
        assertThat(mistyped.err()).contains("--action must be any of create, clone,", ", by-hand, not \"destroy\"");
    }
}
