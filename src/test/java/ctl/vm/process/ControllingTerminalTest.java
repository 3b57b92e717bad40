package ctl.vm.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the kernel says about a process, its terminal, and who is in the foreground there. */
class ControllingTerminalTest {

    @Test
    void process_inTheGroupInTheForeground_isThere() {
        assertThat(ControllingTerminal.isForeground("4711 (java) S 4000 4711 4000 34816 4711 4194304 1")).isTrue();
    }

    @Test
    void process_inAnotherGroup_isInTheBackground() {
        assertThat(ControllingTerminal.isForeground("4711 (java) S 4000 4711 4000 34816 4000 4194304 1")).isFalse();
    }

    @Test
    void process_withoutATerminal_isInTheBackground() {
        assertThat(ControllingTerminal.isForeground("4711 (java) S 4000 4711 4000 0 -1 4194304 1")).isFalse();
    }

    @Test
    void name_withABracketAndABlank_isNotTakenForFields() {
        assertThat(ControllingTerminal.isForeground("4711 (a) R 1 2) S 4000 4711 4000 34816 4711 4194304 1")).isTrue();
    }
}
