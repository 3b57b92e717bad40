package ctl.vm.cli;

import ctl.vm.commandline.Completion;
import ctl.vm.commandline.Completion.Choice;
import ctl.vm.commandline.Words;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.Listing;
import ctl.vm.operation.ListTrash;
import ctl.vm.problem.VmException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Answers a shell that asks what can be typed: a line for each word, with its meaning behind a tab; or the one line
 * {@code :files} or {@code :folders}, which the shell knows better.
 */
final class Completer {

    private final Session session;

    Completer(Session session) {
        this.session = session;
    }

    void answer(Completion completion) {
        if (completion.words() == Words.Kind.VM && completion.typed().contains("/")) {
            // No VM is called like that: what stands there can only be a package.
            session.console().line(":files");
            return;
        }
        switch (completion.words()) {
            case FILE -> session.console().line(":files");
            case FOLDER -> session.console().line(":folders");
            case ANY, CHOICE, CHOICES, VM, TARGET, TRASHED, OPERATION -> offer(completion);
        }
    }

    private void offer(Completion completion) {
        try {
            choices(completion)
                    .filter(choice -> choice.word().startsWith(completion.typed()))
                    .filter(choice -> Printable.text(choice.word()).equals(choice.word()))
                    .forEach(choice -> session.console()
                            .raw(completion.before() + choice.word() + "\t" + choice.meaning() + "\n"));
        } catch (VmException unknown) {
            // Nothing to offer: whoever is about to type has not asked for a reason.
            return;
        }
    }

    private Stream<Choice> choices(Completion completion) {
        return switch (completion.words()) {
            case ANY, FILE, FOLDER -> Stream.empty();
            case CHOICE, CHOICES -> completion.choices().stream();
            case VM -> vms().stream().map(vm -> new Choice(vm.name().text(), ""));
            case TARGET -> vms().stream().flatMap(vm -> targets(vm, completion.typed().indexOf(':') >= 0));
            case TRASHED ->
                session.trash().all().stream().map(ListTrash.Entry::name).distinct().map(name -> new Choice(name, ""));
            case OPERATION -> session.operations().interrupted().stream()
                    .map(operation -> new Choice(operation.operation().id().text(), operation.progress()));
        };
    }

    private List<Listing.Entry> vms() {
        return session.vms().run(List.of(), false).vms();
    }

    private static Stream<Choice> targets(Listing.Entry vm, boolean snapshots) {
        return snapshots
                ? vm.folder().snapshots().stream().map(image -> new Choice(vm.name() + ":" + snapshot(image), ""))
                : Stream.of(new Choice(vm.name().text(), ""));
    }

    private static String snapshot(FolderImage image) {
        return image.name().snapshot().orElseThrow().text();
    }
}
