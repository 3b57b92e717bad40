package ctl.vm.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Names on disk and in packages can hold anything; terminals obey some of it. */
class TerminalEscaperTest {

    private static final String HARMFUL = "a\u001b\u007f\u009b\u202e\u2028\ud83d\ude00\u00e4\udb40\udc01";

    @Test
    void text_hasNothingThatATerminalObeys() {
        assertThat(TerminalEscaper.text(HARMFUL)).isEqualTo(
                "a\\u001b\\u007f\\u009b\\u202e\\u2028\ud83d\ude00\u00e4\\ue0001");
    }

    @Test
    void json_hasNothingThatATerminalObeys_andSaysTheSame() {
        assertThat(Json.compact(json -> json.put("name", HARMFUL))).isEqualTo(
                "{\"name\":\"a\\u001B\\u007F\\u009B\\u202E\\u2028\ud83d\ude00\u00e4\\uDB40\\uDC01\"}\n");
    }
}
