package ctl.vm.cli.view;

import ctl.vm.cli.output.TerminalEscaper;
import ctl.vm.commandline.Arguments;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.drift.Finding;
import ctl.vm.inventory.drift.Listing;
import ctl.vm.inventory.value.ImageName;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How a user wants a VM to be printed: text with the names of fields in braces. */
public final class ListingFormat {

    private static final Pattern FIELD = Pattern.compile("\\{([^{}]*)}");

    private final String text;

    private ListingFormat(String text) {
        this.text = text;
    }

    /** What can be asked for. Sizes are bytes, times ISO 8601 in UTC; what is not known is empty. */
    private enum Field {
        NAME,
        SIZE,
        DISK,
        SNAPSHOTS,
        COUNT,
        CREATED,
        BY,
        ORIGIN,
        DRIFT;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        String of(Listing.Entry vm, List<Finding> drift) {
            return switch (this) {
                case NAME -> vm.name().text();
                case SIZE -> vm.folder().image(ImageName.DISK)
                        .map(disk -> Long.toString(disk.size().bytes()))
                        .orElse("");
                case DISK -> Long.toString(vm.folder().allocated().bytes());
                case SNAPSHOTS -> vm.folder().snapshots().stream()
                        .map(image -> image.name().snapshot().orElseThrow().text())
                        .collect(Collectors.joining(","));
                case COUNT -> Integer.toString(vm.folder().snapshots().size());
                case CREATED -> vm.known().map(known -> known.arrived().toString()).orElse("");
                case BY -> vm.known().map(Vm::by).orElse("");
                case ORIGIN -> ListingTable.origin(vm.known());
                case DRIFT -> drift.stream()
                        .filter(finding -> finding.vm().equals(vm.name()))
                        .map(FindingView::kind)
                        .collect(Collectors.joining(","));
            };
        }
    }

    /**
     * @param arguments what to blame
     * @throws ctl.vm.problem.VmException BadCommandLine, where there is no field of a name
     */
    public static ListingFormat of(String text, Arguments arguments) {
        FIELD.matcher(text).results().map(field -> field.group(1)).filter(word -> !isField(word)).findFirst()
                .ifPresent(word -> {
                    throw arguments.wrong("--format has no field {%s}, only %s".formatted(word, describe()));
                });
        return new ListingFormat(text.replace("\\t", "\t").replace("\\n", "\n"));
    }

    private static boolean isField(String word) {
        return List.of(Field.values()).stream().anyMatch(field -> field.word().equals(word));
    }

    private static String describe() {
        return List.of(Field.values()).stream().map(field -> "{" + field.word() + "}")
                .collect(Collectors.joining(", "));
    }

    /** With the end of the line. What the fields hold is made printable. */
    public String line(Listing.Entry vm, List<Finding> drift) {
        return FIELD.matcher(text).replaceAll(field -> Matcher.quoteReplacement(TerminalEscaper.text(
                Field.valueOf(field.group(1).toUpperCase(Locale.ROOT)).of(vm, drift)))) + "\n";
    }
}
