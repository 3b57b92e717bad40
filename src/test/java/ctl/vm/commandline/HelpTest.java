package ctl.vm.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The help of a small command. */
final class HelpTest {

    @Test
    void help_ofACommand_showsAllThatCanBeTyped() {
        Syntax syntax = Syntax
                .of("copy", "Copy a thing.", "It takes a while, and what it says about that while is so long"
                        + " that it does not fit on one line.")
                .options(
                        Option.flag("-f, --force", "Replace what is there."),
                        Option.valued("--when", "WHEN", ArgumentType.ANY, "When to do it:", "now    at once",
                                "later  some day"),
                        Help.OPTION)
                .parameters(
                        Parameter.one("SOURCE", ArgumentType.VM, "What to copy."),
                        Parameter.any("TARGET", ArgumentType.ANY, "Where to."))
                .exitCodes(new Syntax.ExitCode(0, "done"), new Syntax.ExitCode(1, "failed"))
                .examples("do copy a b");

        assertThat(Help.of("do", syntax, "More is elsewhere.")).isEqualTo("""
                Copy a thing.

                Usage: do copy [-f] [--when WHEN] [-h] SOURCE [TARGET...]

                It takes a while, and what it says about that while is so long that it does not
                fit on one line.

                  SOURCE           What to copy.
                  TARGET           Where to.
                  -f, --force      Replace what is there.
                      --when WHEN  When to do it:
                                   now    at once
                                   later  some day
                  -h, --help       Show this help and exit.

                More is elsewhere.

                Exit codes:
                  0  done
                  1  failed

                Examples:
                  do copy a b
                """);
    }
}
