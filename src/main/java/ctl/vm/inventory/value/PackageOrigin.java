package ctl.vm.inventory.value;

import ctl.vm.problem.VmException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which VM a package says that it was made of, and when: enough to find the history of that VM, and no user, host or
 * path. Anyone can write one: it is believed only where the event that it names is found.
 *
 * @param root that the VM was in
 * @param vm number of the event that had brought the VM into that root
 * @param event number of the event that started the export
 * @param hash of that event
 * @param name of the VM then
 */
public record PackageOrigin(RootId root, long vm, long event, Sha256 hash, VmName name) {

    /** What every version of it begins with. */
    private static final String KIND = "ctl-origin-";
    private static final String VERSION = KIND + "1";
    /** Above any that there can be: a longer one is not looked into. */
    private static final int MOST_CHARACTERS = 1024;
    private static final Pattern FORM = Pattern.compile(
            VERSION + ":([0-9a-f]{64}):([1-9][0-9]{0,17}):([1-9][0-9]{0,17}):([0-9a-f]{64}):(.+)", Pattern.DOTALL);

    public PackageOrigin {
        if (vm < 1 || vm >= event) {
            throw new IllegalArgumentException("event %d cannot export what event %d brought in".formatted(event, vm));
        }
    }

    /** Whether a text is meant to be one, of this or of another version. */
    public static boolean isMeantBy(String text) {
        return text.startsWith(KIND);
    }

    /** The origin that was written so; empty where it is none. */
    public static Optional<PackageOrigin> parse(String text) {
        if (text.length() > MOST_CHARACTERS) {
            return Optional.empty();
        }
        Matcher parts = FORM.matcher(text);
        try {
            return parts.matches()
                    ? Optional.of(new PackageOrigin(
                            new RootId(parts.group(1)), Long.parseLong(parts.group(2)), Long.parseLong(parts.group(3)),
                            new Sha256(parts.group(4)), new VmName(parts.group(5))))
                    : Optional.empty();
        } catch (IllegalArgumentException | VmException refused) {
            return Optional.empty();
        }
    }

    /** One line: {@code ctl-origin-1:}, root, VM, event, hash and name, with colons between them. */
    @Override
    public String toString() {
        return "%s:%s:%d:%d:%s:%s".formatted(VERSION, root, vm, event, hash, name);
    }
}
