package ctl.vm.cli.team;

import ctl.vm.cli.console.Session;
import ctl.vm.inventory.Event;
import ctl.vm.operation.Config;
import ctl.vm.problem.Misuse;
import ctl.vm.team.Membership;

/**
 * {@code ctl vm team leave}: the root ships no more. No server is asked: it may be the reason for leaving. The identity
 * of a copied root stays, so that it is the same root where it joins again.
 */
final class LeaveTeam {

    private LeaveTeam() {}

    static int run(Session session) {
        Membership membership = session.membership().orElseThrow(
                () -> new Misuse.NotJoined(session.root(), true).thrown());
        session.rootHistory().record(new Event.TeamLeft(membership.server(), membership.name()));
        session.config().unset(Config.Key.TEAM_SERVER.text());
        session.config().unset(Config.Key.TEAM_NAME.text());
        session.console().ok("left the team at %s; what was shipped stays there".formatted(membership.server()));
        return 0;
    }
}
