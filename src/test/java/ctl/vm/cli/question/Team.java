package ctl.vm.cli.question;

import ctl.vm.cli.InProcess;
import ctl.vm.cli.Program;
import ctl.vm.durable.LinuxDisk;
import ctl.vm.inventory.Actor;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.Journal;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.h2.Database;
import ctl.vm.journal.h2.H2Journal;
import ctl.vm.team.TeamServer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Two roots that ship to a real server, and a laptop without a root that asks it.
 *
 * <pre>
 * hosta    MyBox, with the snapshots ready and base; Second, a clone of it
 * hostb    MyBox, which is another VM
 * </pre>
 */
final class Team {

    private final TeamServer server;
    private final Path folder;
    private final Map<String, TeamServer.ShippingRoot> shipping = new LinkedHashMap<>();

    private Team(TeamServer server, Path folder) {
        this.server = server;
        this.folder = folder;
    }

    static Team create(Path folder) {
        Team team = new Team(TeamServer.create(), folder);
        InProcess hosta = team.host("hosta");
        hosta.succeeds("create", "MyBox", "1M");
        hosta.shell("truncate -s 2M MyBox/disk.s2e.ready; truncate -s 3M MyBox/disk.s2e.base");
        hosta.succeeds("reconcile");
        hosta.succeeds("clone", "MyBox", "Second");
        team.host("hostb").succeeds("create", "MyBox", "7M");
        team.ship("hosta");
        team.ship("hostb");
        return team;
    }

    TeamServer server() {
        return server;
    }

    /** The commands on a host that ships, or will. */
    InProcess host(String name) {
        return new InProcess(folder.resolve(name));
    }

    /** Ships what a host has done since. */
    void ship(String name) {
        shipping.computeIfAbsent(name, _ -> server.join(name, journal(name))).ship();
    }

    /** The same, but nothing that is newer than an event. */
    void ship(String name, long newest) {
        shipping.computeIfAbsent(name, _ -> server.join(name, journal(name))).ship(newest);
    }

    Journal journal(String name) {
        Layout layout = Layout.at(folder.resolve(name).resolve("root"));
        return new H2Journal(new Database(new JournalFolder(layout, new LinuxDisk())), Team::nobody, Clock.systemUTC(),
                Duration.ofSeconds(10), _ -> {});
    }

    private static Actor nobody() {
        throw new IllegalStateException("the journal is only read");
    }

    /** Asks on the laptop. */
    Program.Result ask(String... words) {
        return laptop().ctl(words);
    }

    /** Asks on the laptop, and insists on an answer. */
    String answer(String... words) {
        return laptop().succeeds(words).out();
    }

    InProcess laptop() {
        return InProcess.with(folder.resolve("laptop"), "CTL_TEAM", server.readerUrl());
    }
}
