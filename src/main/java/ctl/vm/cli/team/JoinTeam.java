package ctl.vm.cli.team;

import ctl.vm.cli.console.Session;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.value.RootId;
import ctl.vm.operation.Config;
import ctl.vm.operation.ThisProcess;
import ctl.vm.problem.AlreadyThere;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import ctl.vm.team.Membership;
import ctl.vm.team.Registration;
import ctl.vm.team.RootHistory;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/**
 * {@code ctl vm team join}: makes the root known in the team's database, records that, and notes in the root's config
 * where it ships to.
 *
 * <p>Whatever is broken off before the last of these, {@code team-server} in the config, leaves a root that ships
 * nothing; joining again goes on.
 */
final class JoinTeam {

    static final Option NAME = Option.valued("--name", "NAME", ArgumentType.ANY,
            "With join: what the team calls this root; by default the name of the host, with that of the folder where "
                    + "another root has it.");
    static final Option COPIED = Option.flag("--copied",
            "With join: this root was made by copying another root with its journal; give it an identity of its own.");

    private static final int ID_BYTES = 32;

    private final Arguments given;
    private final Session session;
    private final Config config;
    private final String url;

    private JoinTeam(Arguments given, Session session, String url) {
        this.given = given;
        this.session = session;
        this.config = session.config();
        this.url = url;
    }

    /** @param url of the server; empty for that which the root has joined already */
    static int run(Arguments given, Session session, Optional<String> url) {
        String server = url.or(() -> session.membership().map(Membership::server))
                .orElseThrow(() -> given.wrong("the URL of the team's server is missing"));
        given.value(NAME).filter(name -> !Config.Key.TEAM_NAME.takes(name)).ifPresent(name -> {
            throw given.wrong(Config.wrongValue(Config.Key.TEAM_NAME, name));
        });
        if (!session.isFolder(session.root().toString())) {
            throw new Failure.NoSuchRoot(session.root()).thrown();
        }
        new JoinTeam(given, session, server).run();
        return 0;
    }

    private void run() {
        Optional<Membership> before = session.membership();
        before.filter(membership -> !membership.server().equals(url)).ifPresent(membership -> {
            throw new AlreadyThere.JoinedAnother(membership.server()).thrown();
        });
        try (Registration registration = session.registration(url)) {
            if (registration.makeSchema()) {
                session.console().ok("made the schema ctl_team in the team's database");
                session.console().warn("this login owns that schema, and could change what it holds: "
                        + "let each host ship by a login of its own, of the role ctl_writer (docs/team.md)");
            }
            RootHistory history = session.rootHistory();
            Optional<RootId> copy = given.has(COPIED)
                    ? Optional.of(randomId())
                    : config.inFile(Config.Key.TEAM_ID).flatMap(RootId::of);
            Optional<RootId> root = copy.or(history::identity);
            String name = root.map(id -> registered(registration, id, history)).orElse("");
            if (root.isEmpty()) {
                // The first event identifies the root, so that it has to be there before the server knows it.
                String wanted = given.value(NAME).orElseGet(JoinTeam::host);
                history.record(new Event.TeamJoined(url, wanted, copy));
                name = registeredFirst(registration, history, wanted);
                if (!name.equals(wanted)) {
                    history.record(new Event.TeamJoined(url, name, copy));
                }
            } else if (!before.equals(Optional.of(new Membership(url, name, copy)))) {
                history.record(new Event.TeamJoined(url, name, copy));
            }
            copy.ifPresent(id -> config.set(Config.Key.TEAM_ID, id.text()));
            config.set(Config.Key.TEAM_NAME, name);
            config.set(Config.Key.TEAM_SERVER, url);
            session.console().ok("joined the team at %s as %s".formatted(url, name));
            session.console().hint("\"ctl vm team ship\" ships what there is; "
                    + "\"systemctl --user enable --now ctl-vm-team-ship\" keeps shipping");
        }
    }

    /** Makes the root known. @return its name there */
    private String registered(Registration registration, RootId root, RootHistory history) {
        Optional<Registration.Known> known = registration.known(root);
        known.ifPresent(there -> history.requireIsHere(there, registration.server()));
        Optional<String> wanted = given.value(NAME)
                .or(() -> session.membership().filter(_ -> !given.has(COPIED)).map(Membership::name));
        if (wanted.isPresent()) {
            registration.register(root, wanted.get());
            return wanted.get();
        }
        known.filter(there -> !there.name().equals(host()) && !there.name().equals(hostAndFolder()))
                .ifPresent(there -> {
                    throw new AlreadyThere.RootKnownAs(there.name()).thrown();
                });
        return known.map(Registration.Known::name).orElseGet(() -> underFreeName(registration, root));
    }

    private String underFreeName(Registration registration, RootId root) {
        try {
            registration.register(root, host());
            return host();
        } catch (VmException taken) {
            if (!(taken.problem() instanceof AlreadyThere.RootNameTaken)) {
                throw taken;
            }
            registration.register(root, hostAndFolder());
            return hostAndFolder();
        }
    }

    /** What was recorded before the server knew of it is taken back where the server refuses. */
    private String registeredFirst(Registration registration, RootHistory history, String name) {
        RootId root = history.identity().orElseThrow();
        try {
            if (given.value(NAME).isPresent()) {
                registration.register(root, name);
                return name;
            }
            return underFreeName(registration, root);
        } catch (VmException refused) {
            history.record(new Event.TeamLeft(url, name));
            throw refused;
        }
    }

    private static RootId randomId() {
        byte[] random = new byte[ID_BYTES];
        new SecureRandom().nextBytes(random);
        return new RootId(HexFormat.of().formatHex(random));
    }

    private static String host() {
        return named(ThisProcess.host());
    }

    private String hostAndFolder() {
        return named(ThisProcess.host() + "-" + session.root().getFileName());
    }

    /** What cannot stand in the name of a root gives way to a dash. */
    private static String named(String text) {
        String name = text.replaceAll("[/:\\p{Cntrl}]", "-").strip();
        return name.isEmpty() ? "localhost" : name;
    }
}
