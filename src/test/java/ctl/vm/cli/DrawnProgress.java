package ctl.vm.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A line of progress as it was drawn once. */
record DrawnProgress(int percent, String step, String total) {

    private static final String SIZE = "(\\d+(?:\\.\\d)? [KMGT]?i?B)";
    private static final Pattern SHAPE = Pattern.compile("\\[ +(\\d+)%] (.+?)  " + SIZE + " of " + SIZE + "(?:  " + SIZE
            + "/s)?(?:  \\d+:\\d\\d left)?");

    /**
     * All of them, in order, of what a terminal was sent; without the ones about the journal.
     *
     * @throws AssertionError where one looks as none should
     */
    static List<DrawnProgress> in(String written) {
        List<DrawnProgress> drawn = new ArrayList<>();
        for (String line : written.split("\r\033\\[J|\r?\n")) {
            if (line.matches("\\[ +-?\\d+%] .*")) {
                drawn.add(of(line));
            }
        }
        return drawn.stream().filter(line -> !line.step().startsWith("check ")).toList();
    }

    private static DrawnProgress of(String line) {
        MatchResult found = SHAPE.matcher(line).results()
                .filter(match -> match.group().equals(line))
                .findFirst()
                .orElseThrow(() -> new AssertionError("not as progress looks: " + line));
        return new DrawnProgress(Integer.parseInt(found.group(1)), found.group(2), found.group(4));
    }
}
