package ctl.vm.cli;

import ctl.vm.cli.console.Session;
import ctl.vm.cli.output.TerminalEscaper;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Completion.Choice;
import ctl.vm.commandline.Completion;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.drift.Listing;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.query.Audit;
import ctl.vm.operation.query.ListOperations;
import ctl.vm.operation.query.ListTrash;
import ctl.vm.operation.query.ListVms;
import ctl.vm.problem.VmException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Answers a shell that asks what can be typed: a line for each word, with its meaning behind a tab; or the one line
 * {@code :files}, {@code :folders} or {@code :packages}, which the shell knows better.
 */
final class Completer {

    /**
     * How names of what is imported without {@code --raw} usually end. Other files may be as well: {@code import}
     * recognizes content.
     */
    private static final String PACKAGE_ENDINGS = ".tar.gz .tgz .tar.zst .tzst .tar .tar.xz .txz .tar.lz .tar.lzma .tar.bz2 .tbz2 .tar.lz4"
            + " .qcow2 .vmdk .vdi .vhdx .vhd .ova";

    private static final int LONGEST_NUMBER = 3;
    private static final SequencedMap<String, String> TIMES = inOrder(
            "today", "since midnight", "yesterday", "since midnight of yesterday", "1h", "1 hour ago", "24h",
            "24 hours ago", "7d", "7 days ago", "4w", "4 weeks ago");
    private static final SequencedMap<String, String> UNITS = inOrder(
            "m", " minutes ago", "h", " hours ago", "d", " days ago", "w", " weeks ago");

    private final Session session;
    private final Optional<String> inRoot;

    /** @param inRoot the root of a team that the command line asks about, where it names one */
    Completer(Session session, Optional<String> inRoot) {
        this.session = session;
        this.inRoot = inRoot;
    }

    void answer(Completion completion) {
        if (completion.kind() == ArgumentType.Kind.VM && inRoot.isEmpty() && completion.typed().contains("/")) {
            // No name of a VM holds a slash: this can only be a package.
            session.console().line(":files");
            return;
        }
        switch (completion.kind()) {
            case FILE -> session.console().line(":files");
            case FOLDER -> session.console().line(":folders");
            case PACKAGE -> session.console().raw(":packages\t" + PACKAGE_ENDINGS + "\n");
            case ANY, CHOICE, CHOICES, VM, TARGET, REMEMBERED, TRASHED, OPERATION, TEAM_ROOT, TEAM_VM, TIME ->
                offer(completion);
        }
    }

    private void offer(Completion completion) {
        try {
            String lines = choices(completion)
                    .filter(choice -> choice.word().startsWith(completion.typed()))
                    .filter(choice -> TerminalEscaper.text(choice.word()).equals(choice.word()))
                    .map(choice -> completion.before() + choice.word() + "\t" + choice.meaning() + "\n")
                    .collect(Collectors.joining());
            session.console().raw(lines);
        } catch (VmException unknown) {
            // There is nothing to offer, and a user who is typing has not asked why.
        }
    }

    private Stream<Choice> choices(Completion completion) {
        boolean isName = completion.kind() == ArgumentType.Kind.VM
                || completion.kind() == ArgumentType.Kind.REMEMBERED;
        return isName && inRoot.isPresent()
                ? named(session.teamNames().vmsIn(inRoot.get()))
                : choicesHere(completion);
    }

    private Stream<Choice> choicesHere(Completion completion) {
        return switch (completion.kind()) {
            case ANY, FILE, FOLDER, PACKAGE -> Stream.empty();
            case CHOICE, CHOICES -> completion.choices().stream();
            case TEAM_ROOT -> named(session.teamNames().roots());
            case TEAM_VM -> named(session.teamNames().vms());
            case VM -> vms().stream().map(vm -> new Choice(vm.name().text(), ""));
            case TARGET -> vms().stream().flatMap(vm -> targets(vm, completion.typed().indexOf(':') >= 0));
            case REMEMBERED -> remembered(completion.typed());
            case TIME -> times(completion.typed());
            case TRASHED ->
                new ListTrash(session.context()).all().stream().map(ListTrash.Entry::name).distinct()
                        .map(name -> new Choice(name, ""));
            case OPERATION -> new ListOperations(session.context()).interrupted().stream()
                    .map(operation -> new Choice(operation.operation().id().text(), operation.progress()));
        };
    }

    private static Stream<Choice> named(Collection<String> names) {
        return names.stream().map(name -> new Choice(name, ""));
    }

    /** What exists, and what was deleted. */
    private Stream<Choice> remembered(String typed) {
        int colon = typed.indexOf(':');
        Set<String> there = vms().stream()
                .flatMap(vm -> targets(vm, colon >= 0))
                .map(Choice::word)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Stream<String> known = colon < 0
                ? new Audit(session.context()).vms().stream().map(VmName::text)
                : VmName.of(typed.substring(0, colon)).stream()
                        .flatMap(vm -> new Audit(session.context()).snapshots(vm).stream()
                                .map(snapshot -> vm + ":" + snapshot));
        return Stream.concat(
                there.stream().map(word -> new Choice(word, "")),
                known.filter(word -> !there.contains(word)).map(word -> new Choice(word, "gone")));
    }

    /** A number is a time ago, in one of the units; what is longer than three digits is the beginning of a date. */
    private static Stream<Choice> times(String typed) {
        boolean isNumber = !typed.isEmpty() && typed.chars().allMatch(letter -> letter >= '0' && letter <= '9');
        return isNumber && typed.length() <= LONGEST_NUMBER
                ? UNITS.entrySet().stream().map(unit -> new Choice(typed + unit.getKey(), typed + unit.getValue()))
                : TIMES.entrySet().stream().map(time -> new Choice(time.getKey(), time.getValue()));
    }

    private List<Listing.Entry> vms() {
        return new ListVms(session.context()).run(List.of(), false).vms();
    }

    private static Stream<Choice> targets(Listing.Entry vm, boolean snapshots) {
        return snapshots
                ? vm.folder().snapshots().stream().map(image -> new Choice(vm.name() + ":" + snapshot(image), ""))
                : Stream.of(new Choice(vm.name().text(), ""));
    }

    private static SequencedMap<String, String> inOrder(String... keysAndValues) {
        SequencedMap<String, String> map = new LinkedHashMap<>();
        for (int at = 0; at < keysAndValues.length; at += 2) {
            map.put(keysAndValues[at], keysAndValues[at + 1]);
        }
        return map;
    }

    private static String snapshot(FolderImage image) {
        return image.name().snapshot().orElseThrow().text();
    }
}
