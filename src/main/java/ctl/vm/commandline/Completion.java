package ctl.vm.commandline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What may stand where the cursor is.
 *
 * @param kind what it can name
 * @param choices what is known without looking anywhere: commands, options, and the words to choose from
 * @param typed what stands there already; an {@code --option=} in front of it is not part of it, nor what a list has
 *     already
 * @param before the {@code --option=} and the words of the list that are, or nothing
 */
public record Completion(ArgumentType.Kind kind, List<Choice> choices, String typed, String before) {

    /** A word that can stand there, and what it means, where that is to be said. */
    public record Choice(String word, String meaning) {}

    public Completion {
        choices = List.copyOf(choices);
    }

    /**
     * @param commands all there are
     * @param shared options that may also stand before the command
     * @param typed the words up to the cursor, the last of which may be empty and need not be finished
     */
    public static Completion of(List<Syntax> commands, List<Option> shared, List<String> typed) {
        int command = command(shared, typed);
        String cursor = typed.getLast();
        if (command >= typed.size() - 1) {
            return new Place(shared, List.of()).complete(typed.subList(0, typed.size() - 1), cursor)
                    .orElseGet(() -> ofCommands(commands, cursor));
        }
        if (typed.get(command).equals("help")) {
            return ofCommands(commands, cursor);
        }
        List<String> before = typed.subList(command + 1, typed.size() - 1);
        return commands.stream()
                .filter(syntax -> syntax.name().equals(typed.get(command)))
                .findFirst()
                .flatMap(syntax -> new Place(syntax.options(), syntax.parameters()).complete(before, cursor))
                .orElseGet(() -> none(cursor));
    }

    /** Where the command stands: at the first word that is neither an option nor the value of one. */
    private static int command(List<Option> shared, List<String> typed) {
        int at = 0;
        while (at < typed.size() && typed.get(at).startsWith("-")) {
            String word = typed.get(at);
            at += shared.stream().anyMatch(option -> !option.isFlag() && option.names().contains(word)) ? 2 : 1;
        }
        return at;
    }

    private static Completion ofCommands(List<Syntax> commands, String cursor) {
        return new Completion(
                ArgumentType.Kind.CHOICE,
                commands.stream().map(syntax -> new Choice(syntax.name(), syntax.header())).toList(),
                cursor,
                "");
    }

    private static Completion none(String cursor) {
        return new Completion(ArgumentType.Kind.ANY, List.of(), cursor, "");
    }

    /** Behind a command. */
    private record Place(List<Option> options, List<Parameter> parameters) {

        /** Empty where nothing but a parameter can stand and there is none. */
        Optional<Completion> complete(List<String> before, String cursor) {
            int others = 0;
            Optional<Option> open = Optional.empty();
            boolean onlyOthers = false;
            for (String word : before) {
                if (open.isPresent()) {
                    open = Optional.empty();
                } else if (!onlyOthers && word.equals("--")) {
                    onlyOthers = true;
                } else if (!onlyOthers && word.startsWith("-") && word.length() > 1) {
                    open = option(word).filter(option -> !option.isFlag());
                } else {
                    others++;
                }
            }
            if (open.isPresent()) {
                return Optional.of(value(open.get().type(), cursor, ""));
            }
            if (!onlyOthers && cursor.startsWith("-")) {
                return Optional.of(option(before, cursor));
            }
            return parameter(others).map(parameter -> value(parameter.behind(before), cursor, ""));
        }

        private Completion option(List<String> before, String cursor) {
            int equals = cursor.indexOf('=');
            if (equals > 0) {
                String name = cursor.substring(0, equals);
                String start = cursor.substring(0, equals + 1);
                return option(name)
                        .map(option -> value(option.type(), cursor.substring(equals + 1), start))
                        .orElseGet(() -> none(cursor));
            }
            List<Choice> choices = new ArrayList<>();
            for (Option option : options) {
                if (option.names().stream().noneMatch(before::contains)) {
                    option.names().forEach(name -> choices.add(new Choice(name, option.description().getFirst())));
                }
            }
            return new Completion(ArgumentType.Kind.CHOICE, choices, cursor, "");
        }

        /** Of a list, what stands before the last comma is done, and none of it is wanted twice. */
        private static Completion value(ArgumentType type, String typed, String start) {
            int done = type.kind() == ArgumentType.Kind.CHOICES ? typed.lastIndexOf(',') + 1 : 0;
            List<String> given = ArgumentType.listed(typed.substring(0, done));
            List<Choice> choices = type.choices().stream()
                    .filter(word -> !given.contains(word))
                    .map(word -> new Choice(word, ""))
                    .toList();
            return new Completion(type.kind(), choices, typed.substring(done), start + typed.substring(0, done));
        }

        private Optional<Option> option(String name) {
            return options.stream().filter(option -> option.names().contains(name)).findFirst();
        }

        private Optional<Parameter> parameter(int number) {
            if (number < parameters.size()) {
                return Optional.of(parameters.get(number));
            }
            return parameters.isEmpty() || !parameters.getLast().takesMany()
                    ? Optional.empty()
                    : Optional.of(parameters.getLast());
        }
    }
}
