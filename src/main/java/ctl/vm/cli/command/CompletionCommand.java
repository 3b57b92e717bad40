package ctl.vm.cli.command;

import ctl.vm.cli.console.Session;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** {@code ctl vm completion}. */
public final class CompletionCommand implements Command {

    private static final ArgumentType SHELLS = ArgumentType.of("bash", "zsh", "fish");
    private static final Parameter SHELL = Parameter.one("SHELL", SHELLS, "bash, zsh or fish.");

    @Override
    public Syntax syntax() {
        return Syntax.of("completion", "Print a script that makes a shell complete commands and names.",
                "It completes commands, options, VMs, snapshots, interrupted operations, times and files; after "
                        + "audit also what was deleted, after import packages first.")
                .parameters(SHELL)
                .exitCodes(DONE, USAGE)
                .examples("source <(ctl vm completion bash)   for ~/.bashrc",
                        "ctl vm completion zsh >~/.zfunc/_ctl   a folder in $fpath",
                        "ctl vm completion fish >~/.config/fish/completions/ctl.fish");
    }

    @Override
    public int run(Arguments given, Session session) {
        String shell = given.one(SHELL);
        if (!SHELLS.choices().contains(shell)) {
            throw given.wrong("there is no completion for %s, only for bash, zsh and fish".formatted(shell));
        }
        session.console().raw(script(shell));
        return 0;
    }

    private static String script(String shell) {
        try (InputStream script = CompletionCommand.class.getResourceAsStream("/ctl/vm/completion/" + shell)) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException torn) {
            throw new UncheckedIOException(torn);
        }
    }
}
