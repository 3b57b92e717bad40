package ctl.vm.commandline;

import ctl.vm.problem.Misuse;
import ctl.vm.problem.Suggestions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sorts the words behind the name of a command by the options and parameters of its syntax. */
public final class Parser {

    private final Syntax syntax;
    private final String help;
    /** Options and parameters are constants, and to compare records by value takes a start longer. */
    private final Map<Option, String> options = new IdentityHashMap<>();
    private final List<String> others = new ArrayList<>();
    private final Deque<String> words;

    private Parser(Syntax syntax, String help, List<String> words) {
        this.syntax = syntax;
        this.help = help;
        this.words = new ArrayDeque<>(words);
    }

    /**
     * @param help the command that tells more, for messages
     * @throws ctl.vm.problem.VmException BadCommandLine
     */
    public static Arguments parse(Syntax syntax, String help, List<String> words) {
        return new Parser(syntax, help, words).parse();
    }

    private Arguments parse() {
        while (!words.isEmpty()) {
            String word = words.pop();
            if (word.equals("--")) {
                others.addAll(words);
                words.clear();
            } else if (word.startsWith("--")) {
                takeLong(word);
            } else if (word.startsWith("-") && word.length() > 1) {
                takeShort(word);
            } else {
                others.add(word);
            }
        }
        return new Arguments(help, options, placed());
    }

    private void takeLong(String word) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        Option option = option(name);
        if (equals >= 0 && option.isFlag()) {
            throw wrong("%s takes no value".formatted(name));
        }
        put(option, name, equals < 0 ? Optional.empty() : Optional.of(word.substring(equals + 1)));
    }

    /** {@code -fr} is {@code -f -r}; what stands behind an option with a value is that value. */
    private void takeShort(String word) {
        for (int at = 1; at < word.length(); at++) {
            String name = "-" + word.charAt(at);
            Option option = option(name);
            if (!option.isFlag() && at + 1 < word.length()) {
                put(option, name, Optional.of(word.substring(at + 1)));
                return;
            }
            put(option, name, Optional.empty());
        }
    }

    private void put(Option option, String name, Optional<String> given) {
        if (option.isFlag()) {
            options.put(option, "");
            return;
        }
        String value = given.or(() -> Optional.ofNullable(words.poll()))
                .orElseThrow(() -> wrong("%s needs a value %s".formatted(name, option.label().orElseThrow())));
        requireQuotes(option, name, value);
        option.type().wrong(value).ifPresent(word -> {
            throw wrong("%s must be %s, not \"%s\"".formatted(name, option.type().right(), word));
        });
        if (options.put(option, value) != null) {
            throw wrong("%s is given twice".formatted(name));
        }
    }

    /**
     * A time is often of two words: without quotes the second would be taken for a name, or for nothing that is
     * expected here.
     */
    private void requireQuotes(Option option, String name, String value) {
        if (option.label().equals(Optional.of("TIME"))) {
            String next = words.isEmpty() ? "" : words.peek();
            boolean isClock = value.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}") && next.matches("[0-9]{1,2}:[0-9]{2}.*");
            boolean isAgo = value.matches("[0-9]+") && next.matches("(second|minute|hour|day|week)s?");
            if (isClock || isAgo) {
                throw wrong("a time that contains a space needs quotes: %s \"%s %s%s\""
                        .formatted(name, value, next, isAgo ? " ago" : ""));
            }
        }
    }

    private Option option(String name) {
        for (Option option : syntax.options()) {
            if (option.names().contains(name)) {
                return option;
            }
        }
        List<String> names = syntax.options().stream().flatMap(option -> option.names().stream()).toList();
        Optional<String> nearest = name.length() > 2 ? Suggestions.to(name, names) : Optional.empty();
        throw new Misuse.Mistyped("option", name, nearest, help).thrown();
    }

    private Map<Parameter, List<String>> placed() {
        Map<Parameter, List<String>> placed = new IdentityHashMap<>();
        int next = 0;
        for (Parameter parameter : syntax.parameters()) {
            int end = parameter.takesMany() ? others.size() : Math.min(next + 1, others.size());
            if (next == end && parameter.isRequired() && !asksForHelp()) {
                throw wrong("%s is missing".formatted(parameter.label()));
            }
            placed.put(parameter, List.copyOf(others.subList(next, end)));
            next = end;
        }
        if (next < others.size()) {
            throw wrong("%s is not expected here".formatted(others.get(next)));
        }
        return placed;
    }

    private boolean asksForHelp() {
        return options.containsKey(Help.OPTION);
    }

    private RuntimeException wrong(String reason) {
        return new Misuse.BadCommandLine(reason, help).thrown();
    }
}
