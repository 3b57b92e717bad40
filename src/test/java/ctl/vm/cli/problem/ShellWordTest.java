package ctl.vm.cli.problem;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.child.Children;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordTest {

    @Test
    void of_plainName_isThatName() {
        assertThat(ShellWord.of("MyBox-2.old:ready")).isEqualTo("MyBox-2.old:ready");
        assertThat(ShellWord.of("Büro")).isEqualTo("Büro");
    }

    @Test
    void of_nameThatLooksLikeAnOption_standsBehindTheEndOfOptions() {
        assertThat(ShellWord.of("-f")).isEqualTo("-- -f");
    }

    @ParameterizedTest
    @ValueSource(strings = {"My Box", "it's", "a'b'c", "$HOME", "`id`", "a\\b", "a*b?", "~", "#1", "a;b|c&d", "\"",
        "!x", "{a,b}", "Büro 2"})
    void of_anyName_isOneWordToAShell(String name) throws IOException {
        Process shell = Children.start("sh", "-c", "printf '<%s>' " + ShellWord.of(name));

        assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("<" + name + ">");
    }
}
