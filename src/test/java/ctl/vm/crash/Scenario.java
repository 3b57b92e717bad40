package ctl.vm.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A command that is killed.
 *
 * @param journal whether there is a journal when it starts, or it has to make one
 * @param checkpoints whether it makes some in the middle of an image
 * @param before what was killed before it, for commands that go on with something or give it up
 * @param exitWhenDone what the command that does something ends with once it is done
 */
record Scenario(String name, boolean journal, boolean checkpoints, Optional<Kill> before, List<String> command,
        int exitWhenDone) {

    /** Gives up what was interrupted, without a question. */
    static final List<String> ABANDON = List.of("abandon", "--all");

    /** Less than what two pieces of data of the images in {@link Templates} have. */
    private static final String CHECKPOINT_BYTES = "30000";

    /**
     * A command that is killed at one place.
     *
     * @param position counted without the calls that prepare, as in {@link Strace.Calls}
     * @param after at the call behind the one that is named
     */
    record Kill(List<String> command, Strace.Position position, boolean after) {

        /** Where that is in all calls of the command. */
        Strace.Position in(Strace.Calls calls) {
            Strace.Position named = Objects.requireNonNull(calls.withoutPreparation().get(position),
                    position.toString());
            return after ? calls.after(named) : named;
        }
    }

    /** Everything that changes something, at a root with a journal and at one without. */
    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        for (boolean journal : List.of(true, false)) {
            all.addAll(commands(journal));
        }
        all.addAll(aboutTrash());
        all.addAll(withCheckpoints());
        all.addAll(goingOn(List.of("resume")));
        all.addAll(goingOn(ABANDON));
        return all;
    }

    /** Those of the short sweep. */
    static List<Scenario> few() {
        return all().stream()
                .filter(Scenario::journal)
                .filter(scenario -> List.of("clone", "clone-force", "import", "export-force", "delete-vm")
                        .contains(scenario.name()))
                .toList();
    }

    private static List<Scenario> commands(boolean journal) {
        String suffix = journal ? "" : "-first";
        return Stream.of(
                command("create", 5, "create", "New", "1M"),
                command("create-force", 0, "create", "-f", "Old", "1M"),
                command("clone", 5, "clone", "MyBox", "New"),
                command("clone-force", 0, "clone", "-f", "MyBox", "Old"),
                command("import", 5, "import", "MyBox.tar.gz", "New"),
                command("import-force", 0, "import", "-f", "MyBox.tar.gz", "Old"),
                command("import-raw", 5, "import", "--raw", "raw.img", "New"),
                command("import-raw-force", 0, "import", "-f", "--raw", "raw.img", "Old"),
                command("export", 5, "export", "MyBox", "fresh.tar.gz"),
                command("export-force", 0, "export", "-f", "MyBox", "stale.tar.gz"),
                command("delete-vm", 4, "delete", "-y", "MyBox"),
                command("delete-snapshot", 4, "delete", "MyBox:ready"))
                .map(it -> new Scenario(it.name + suffix, journal, false, it.before, it.command, it.exitWhenDone))
                .toList();
    }

    /** What needs a journal to know what is in the trash, and renaming. */
    private static List<Scenario> aboutTrash() {
        return List.of(
                command("create-force-now", 0, "create", "-f", "--now", "Old", "1M"),
                command("delete-vm-now", 4, "delete", "-y", "--now", "MyBox"),
                command("undelete-vm", 4, "undelete", "Gone"),
                command("undelete-snapshot", 4, "undelete", "MyBox:set"),
                command("purge", 4, "purge", "-y", "Gone"),
                command("rename", 4, "rename", "Old", "New"));
    }

    private static List<Scenario> withCheckpoints() {
        return commands(true).stream()
                .filter(it -> List.of("clone", "import", "import-raw", "export").contains(it.name))
                .map(it -> new Scenario(it.name + "-checkpoints", true, true, it.before, it.command, it.exitWhenDone))
                .toList();
    }

    private static List<Scenario> goingOn(List<String> command) {
        String how = command.getFirst();
        return Stream.of(
                after(how + "-clone", 5, "copy_file_range", 2, false, "clone", "MyBox", "New"),
                after(how + "-clone-checkpoints", 5, "copy_file_range", 5, false, "clone", "MyBox", "New"),
                after(how + "-export-checkpoints", 5, "renameat2", 1, false, "export", "MyBox", "fresh.tar.gz"),
                after(how + "-clone-published", 5, "renameat2", 1, true, "clone", "MyBox", "New"),
                after(how + "-clone-force-published", 0, "renameat2", 1, true, "clone", "-f", "MyBox", "Old"),
                after(how + "-clone-force-trashed", 0, "renameat", 1, true, "clone", "-f", "MyBox", "Old"),
                after(how + "-import", 5, "utimensat", 2, false, "import", "MyBox.tar.gz", "New"),
                after(how + "-export", 5, "renameat2", 1, false, "export", "MyBox", "fresh.tar.gz"),
                after(how + "-export-published", 5, "renameat2", 1, true, "export", "MyBox", "fresh.tar.gz"),
                after(how + "-export-force-kept", 0, "renameat2", 1, false, "export", "-f", "MyBox", "stale.tar.gz"),
                after(how + "-export-force-published", 0, "renameat2", 1, true,
                        "export", "-f", "MyBox", "stale.tar.gz"),
                after(how + "-delete-taken", 4, "renameat", 1, true, "delete", "-y", "MyBox"),
                after(how + "-undelete-published", 4, "renameat2", 1, true, "undelete", "Gone"),
                after(how + "-purge-left", 4, "renameat", 1, true, "purge", "-y", "Gone"),
                after(how + "-rename-published", 4, "renameat2", 1, true, "rename", "Old", "New"))
                .map(it -> new Scenario(it.name, true, it.checkpoints, it.before, command, it.exitWhenDone))
                .toList();
    }

    /** The program in a place, as the user of this scenario has it. */
    Ctl in(Place place) {
        return checkpoints ? new Ctl(place).with("CTL_CHECKPOINT_BYTES", CHECKPOINT_BYTES) : new Ctl(place);
    }

    boolean givesUp() {
        return command.equals(ABANDON);
    }

    /** Whether all is to be as before in the end. What has been published is kept, what was taken away is put back. */
    boolean takesBack() {
        return givesUp() && before.stream().noneMatch(
                kill -> kill.after() && !kill.command().contains("delete") && !kill.command().contains("purge"));
    }

    /** Whether it would put one more VM or package into the trash when it is done once more. */
    boolean fillsTrashAgain() {
        return doing().contains("-f") && !doing().contains("--now");
    }

    /** The command that does something: itself, or the one that was killed before. */
    List<String> doing() {
        return before.map(Kill::command).orElse(command);
    }

    private static Scenario command(String name, int exitWhenDone, String... command) {
        return new Scenario(name, true, false, Optional.empty(), List.of(command), exitWhenDone);
    }

    private static Scenario after(
            String name, int exitWhenDone, String call, int count, boolean after, String... command) {
        Kill kill = new Kill(List.of(command), new Strace.Position(call, count), after);
        return new Scenario(name, true, name.endsWith("-checkpoints"), Optional.of(kill), List.of(), exitWhenDone);
    }

    @Override
    public String toString() {
        return name;
    }
}
