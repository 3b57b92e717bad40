package ctl.vm.commandline;

import java.util.ArrayList;
import java.util.List;

/**
 * All that can be typed behind the name of a command, and what its help says.
 *
 * @param name as typed
 * @param header one sentence, which also stands in the list of all commands
 * @param description paragraphs
 * @param parameters in their order
 * @param forms what can stand behind the options, a line for each way to type it; empty where the parameters say it
 * @param exitCodes in ascending order
 * @param examples each a command line, with what it is for behind three spaces where that is not plain
 */
public record Syntax(
        String name,
        String header,
        List<String> description,
        List<Option> options,
        List<Parameter> parameters,
        List<String> forms,
        List<ExitCode> exitCodes,
        List<String> examples) {

    public Syntax {
        description = List.copyOf(description);
        options = List.copyOf(options);
        parameters = List.copyOf(parameters);
        forms = List.copyOf(forms);
        exitCodes = List.copyOf(exitCodes);
        examples = List.copyOf(examples);
    }

    /** What the command ends with, and what that means. */
    public record ExitCode(int number, String meaning) {}

    /** A command without options and parameters, to be extended. */
    public static Syntax of(String name, String header, String... description) {
        return new Syntax(name, header, List.of(description), List.of(), List.of(), List.of(), List.of(), List.of());
    }

    public Syntax options(Option... more) {
        return new Syntax(name, header, description, List.of(more), parameters, forms, exitCodes, examples);
    }

    public Syntax parameters(Parameter... more) {
        return new Syntax(name, header, description, options, List.of(more), forms, exitCodes, examples);
    }

    /** Where there is more than one way to type the command. */
    public Syntax forms(String... more) {
        return new Syntax(name, header, description, options, parameters, List.of(more), exitCodes, examples);
    }

    public Syntax exitCodes(ExitCode... more) {
        return new Syntax(name, header, description, options, parameters, forms, List.of(more), examples);
    }

    public Syntax examples(String... more) {
        return new Syntax(name, header, description, options, parameters, forms, exitCodes, List.of(more));
    }

    /** What stands behind the options in each way to type the command; at least one. */
    List<List<String>> synopses() {
        return forms.isEmpty()
                ? List.of(parameters.stream().map(Parameter::synopsis).toList())
                : forms.stream().map(form -> List.of(form.split(" "))).toList();
    }

    /** With options that it shares with other commands behind its own. */
    public Syntax with(List<Option> shared) {
        List<Option> all = new ArrayList<>(options);
        all.addAll(shared);
        return new Syntax(name, header, description, all, parameters, forms, exitCodes, examples);
    }
}
