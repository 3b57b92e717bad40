package ctl.vm.cli.console;

import java.util.Map;

/**
 * The home folder of the user, which people write as {@code ~}.
 *
 * @param path absolute; empty where it is not known
 */
public record HomeFolder(String path) {

    private static final String TILDE = "~";

    public static HomeFolder of(Map<String, String> environment) {
        String home = environment.getOrDefault("HOME", "");
        return new HomeFolder(home.startsWith("/") && home.length() > 1 ? home : "");
    }

    /** The text with {@code ~} for the home folder in each path that begins there. */
    public String abbreviated(String text) {
        if (path.isEmpty()) {
            return text;
        }
        String start = path + "/";
        String first = text.startsWith(start) ? TILDE + text.substring(path.length()) : text;
        return first.replace(" " + start, " " + TILDE + "/");
    }

    /** A path that begins with {@code ~}, which a shell leaves in quotes and behind {@code --root=}, as it is meant. */
    public String expanded(String file) {
        boolean isAtHome = file.equals(TILDE) || file.startsWith(TILDE + "/");
        return isAtHome && !path.isEmpty() ? path + file.substring(TILDE.length()) : file;
    }
}
