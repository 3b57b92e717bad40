package ctl.vm.problem;

import java.util.regex.Pattern;

/** Passwords in what a user typed: none of it may be recorded or shown. */
public final class Secrets {

    private static final String MASK = "***";

    private Secrets() {}

    /** The text with {@code ***} in the place of each password in the URL of a server. */
    public static String masked(String text) {
        if (text.indexOf('@') < 0 && text.indexOf('=') < 0) {
            return text;
        }
        String masked = Patterns.IN_URL.matcher(text).replaceAll("$1" + MASK + "@");
        return Patterns.PARAMETER.matcher(masked).replaceAll("$1" + MASK);
    }

    /** Whether the text contains a password. */
    public static boolean areIn(String text) {
        return !masked(text).equals(text);
    }

    /** Made for the first text that may have one: every command that is recorded passes here. */
    private static final class Patterns {

        /** Hosts and ports, which the database or the parameters follow: there is no login before them. */
        private static final String HOST = "(?:\\[[0-9a-f:.%]*]|[^:@/?,\\s\\[]*)(?::[0-9]{1,5})?";
        private static final String HOSTS = HOST + "(?:," + HOST + ")*(?:/|\\?[a-z_]+=)";

        /**
         * Up to the last {@code @}: a password that is not encoded as it should be may itself contain the characters that
         * end one.
         */
        static final Pattern IN_URL = Pattern
                .compile("(?i)(postgres(?:ql)?://(?!" + HOSTS + ")[^:@/\\s]*:)[^\\s]*@");

        static final Pattern PARAMETER = Pattern
                .compile("(?i)((?:^|[?&\\s])(?:ssl)?password\\s*=\\s*)('(?:[^'\\\\]|\\\\.)*'?|[^&\\s]+)");

        private Patterns() {}
    }
}
