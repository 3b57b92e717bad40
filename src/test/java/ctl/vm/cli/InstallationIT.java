package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A newcomer's first day, on a machine without Java: he installs the Debian package as the page says, follows the
 * tutorial to the letter, shares a root with his team, and removes all of it.
 */
class InstallationIT {

    private static final String WHAT_THERE_IS = """
            type ctl; type java; man -w ctl-vm ctl-vm-clone
            dpkg -s ctl-vm | grep -E '^(Status|Recommends):'
            for file in $(dpkg -L ctl-vm); do [[ -e $file ]] || echo "$file is missing"; done
            . /usr/share/bash-completion/completions/ctl && complete -p ctl
            ! type -P fish >/dev/null || fish -c 'complete -C "ctl vm recon"' | cut -f 1 | grep -v '^reconcile$'
            ! type -P zsh >/dev/null || zsh -c 'autoload -Uz compinit; compinit -u; [[ $_comps[ctl] == _ctl ]] || echo not in zsh'
            """;

    private static final String REMOVAL = """
            files=$(dpkg -L ctl-vm); apt-get -qq -y remove ctl-vm >/dev/null || echo "is not removed"
            for file in ${files#/.}; do
                [[ ! -e $file ]] || [[ -d $file && -n $(dpkg -S "$file" 2>/dev/null) ]] || echo "$file is left"
            done
            type ctl; ls ~/vms/vm
            """;

    private static Page installing;
    private static Page tutorial;
    private static Page security;
    private static List<String> printed;

    @BeforeAll
    static void liveThroughTheDay(@TempDir Path folder) throws IOException {
        Program.assumeTool("dpkg-deb");
        assumeTrue(System.getProperty("user.name").equals("root"), "only root may install");
        assumeTrue(BundleIT.made("amd64[.]deb").isAbsolute(), "the pages speak of amd64");
        installing = page("docs/installing.md");
        tutorial = page("docs/tutorial.md");
        security = page("docs/security.md");
        printed = BareMachine.run(folder, BundleIT.TARGET, List.of(
                installing.script(), tutorial.script(), security.script(), WHAT_THERE_IS, REMOVAL));
    }

    @Test
    void pageOnInstalling_typedFromTopToBottom_printsWhatItShows() {
        installing.requireShown(printed.get(0));
    }

    @Test
    void tutorial_typedWhereThePackageIsInstalled_printsWhatItShows() {
        tutorial.requireShown(printed.get(1));
    }

    @Test
    void pageOnSecurity_typedWhereThePackageIsInstalled_printsWhatItShows() {
        security.requireShown(printed.get(2));
    }

    @Test
    void package_bringsProgramManualAndCompletion_eachInItsPlace() {
        assertThat(printed.get(3)).isEqualTo("""
                ctl is /usr/bin/ctl
                bash: line 1: type: java: not found
                /usr/share/man/man1/ctl-vm.1.gz
                /usr/share/man/man1/ctl-vm-clone.1.gz
                Status: install ok installed
                Recommends: libisal2
                complete -F _ctl ctl
                """);
    }

    @Test
    void removal_leavesNothingButTheVms() {
        assertThat(printed.get(4)).isEqualTo("""
                bash: line 5: type: ctl: not found
                Last
                MyBox
                Second
                """);
    }

    private static Page page(String file) throws IOException {
        return Page.of(Path.of(file), "root", BareMachine.HOME);
    }
}
