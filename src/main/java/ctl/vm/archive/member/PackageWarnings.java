package ctl.vm.archive.member;

import java.util.ArrayList;
import java.util.List;

/**
 * What a package has that its user should know of and that is no reason to refuse it. Whoever reads a part of the
 * package adds to it, from any thread, and the command prints them once the whole package has been read.
 */
public final class PackageWarnings {

    /** More would only make the others unreadable. */
    private static final int MAXIMUM = 1000;

    private final List<String> sentences = new ArrayList<>();

    /** @param sentence for the user, in one line; it may hold names as the package has them */
    public synchronized void add(String sentence) {
        if (sentences.size() < MAXIMUM) {
            sentences.add(sentence);
        }
    }

    /** The first thousand of them. */
    public synchronized List<String> all() {
        return List.copyOf(sentences);
    }
}
