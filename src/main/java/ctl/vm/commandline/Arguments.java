package ctl.vm.commandline;

import ctl.vm.problem.Misuse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** What was typed behind the name of a command, sorted by option and parameter. */
public final class Arguments {

    private final String help;
    private final Map<Option, String> options;
    private final Map<Parameter, List<String>> parameters;

    /** @param help the command that tells more, for messages */
    Arguments(String help, Map<Option, String> options, Map<Parameter, List<String>> parameters) {
        this.help = help;
        this.options = options;
        this.parameters = parameters;
    }

    public boolean has(Option option) {
        return options.containsKey(option);
    }

    public Optional<String> value(Option option) {
        return Optional.ofNullable(options.get(option));
    }

    /** The value of an option that is one of the constants of an enum. */
    public <E extends Enum<E>> Optional<E> value(Option option, Class<E> constants) {
        return value(option).map(word -> constant(word, constants));
    }

    /** The value of an option that is any of the constants of an enum; none where it is not given. */
    public <E extends Enum<E>> Set<E> values(Option option, Class<E> constants) {
        return value(option).stream()
                .flatMap(words -> ArgumentType.listed(words).stream())
                .map(word -> constant(word, constants))
                .collect(Collectors.toSet());
    }

    private static <E extends Enum<E>> E constant(String typed, Class<E> constants) {
        return Arrays.stream(constants.getEnumConstants())
                .filter(constant -> ArgumentType.typed(constant).equals(typed))
                .findFirst()
                .orElseThrow();
    }

    /** @throws ctl.vm.problem.VmException BadCommandLine, where it is no whole number of at least 0 */
    public OptionalLong number(Option option) {
        String word = options.get(option);
        if (word == null) {
            return OptionalLong.empty();
        }
        try {
            long number = Long.parseLong(word);
            if (number >= 0) {
                return OptionalLong.of(number);
            }
        } catch (NumberFormatException none) {
            // Refused below.
        }
        throw wrong("%s takes a number, not \"%s\"".formatted(option.name(), word));
    }

    /** The one word of a parameter that must be given. */
    public String one(Parameter parameter) {
        return parameters.get(parameter).getFirst();
    }

    public Optional<String> atMostOne(Parameter parameter) {
        return all(parameter).stream().findFirst();
    }

    public List<String> all(Parameter parameter) {
        return parameters.getOrDefault(parameter, List.of());
    }

    /** What to throw where the arguments make no sense together. */
    public RuntimeException wrong(String reason) {
        return new Misuse.BadCommandLine(reason, help).thrown();
    }
}
