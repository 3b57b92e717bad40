package ctl.vm.team;

import ctl.vm.problem.NotFound;
import ctl.vm.problem.Suggestions;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The roots that ship to a team's database, as they stood there at one moment. */
public final class TeamRoots {

    private final List<TeamRoot> all;
    private final Map<Integer, TeamRoot> byNumber = new HashMap<>();

    TeamRoots(List<TeamRoot> roots) {
        this.all = roots.stream().sorted(Comparator.comparing(TeamRoot::name)).toList();
        roots.forEach(root -> byNumber.put(root.number(), root));
    }

    /** In the order of their names. */
    public List<TeamRoot> all() {
        return all;
    }

    /** @throws ctl.vm.problem.VmException NoSuchTeamRoot, with one that may have been meant */
    public TeamRoot named(String name) {
        return all.stream().filter(root -> root.name().equals(name)).findFirst()
                .orElseThrow(() -> new NotFound.NoSuchTeamRoot(
                        name, Suggestions.to(name, all.stream().map(TeamRoot::name).toList())).thrown());
    }

    Optional<TeamRoot> numbered(int number) {
        return Optional.ofNullable(byNumber.get(number));
    }
}
