package ctl.vm.commandline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.cli.problem.Refused;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.VmException;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

/** Words behind a command that copies one thing to many. */
final class ParserTest {

    private static final Option FORCE = Option.flag("-f, --force", "Replace.");
    private static final Option QUIET = Option.flag("-q", "Say nothing.");
    private static final Option LEVEL = Option.valued("-l, --level", "N", ArgumentType.ANY, "How much.");
    private static final Option WHEN = Option.valued("--when", "WHEN", ArgumentType.of("now", "later"), "When.");
    private static final Option HOW = Option.valued("--how", "HOW,...", ArgumentType.several(Manner.class),
            "In which ways.");
    private static final Parameter SOURCE = Parameter.one("SOURCE", ArgumentType.VM, "What to copy.");
    private static final Parameter TARGETS = Parameter.any("TARGET", ArgumentType.ANY, "Where to.");

    private static final Syntax COPY = Syntax.of("copy", "Copy.")
            .options(FORCE, QUIET, LEVEL, WHEN, HOW, Help.OPTION)
            .parameters(SOURCE, TARGETS);

    private enum Manner {
        QUICK,
        BY_HAND
    }

    @Test
    void optionsBetweenParameters_areFoundAll() {
        Arguments given = parse("a", "--force", "b", "--level", "3", "c");

        assertThat(given.has(FORCE)).isTrue();
        assertThat(given.has(QUIET)).isFalse();
        assertThat(given.number(LEVEL)).hasValue(3);
        assertThat(given.one(SOURCE)).isEqualTo("a");
        assertThat(given.all(TARGETS)).containsExactly("b", "c");
    }

    @Test
    void shortOptionsJoined_areEachTaken_andTheRestIsAValue() {
        Arguments given = parse("-fql7", "a");

        assertThat(given.has(FORCE)).isTrue();
        assertThat(given.has(QUIET)).isTrue();
        assertThat(given.number(LEVEL)).hasValue(7);
    }

    @Test
    void valueBehindAnEqualsSign_mayBeEmptyAndHoldMoreOfThem() {
        assertThat(parse("--level=a=b", "x").value(LEVEL)).hasValue("a=b");
        assertThat(parse("--level=", "x").value(LEVEL)).hasValue("");
    }

    @Test
    void wordsBehindTwoHyphens_areNoOptions() {
        Arguments given = parse("--", "-f", "--", "--level");

        assertThat(given.one(SOURCE)).isEqualTo("-f");
        assertThat(given.all(TARGETS)).containsExactly("--", "--level");
    }

    @Test
    void singleHyphen_isAWord() {
        assertThat(parse("-").one(SOURCE)).isEqualTo("-");
    }

    @Test
    void flagTwice_isAsGoodAsOnce() {
        assertThat(parse("-f", "--force", "a").has(FORCE)).isTrue();
    }

    @Test
    void helpAsked_nothingElseIsMissed() {
        assertThat(parse("--help").has(Help.OPTION)).isTrue();
    }

    @Test
    void mistypedOption_namesTheNearest() {
        assertRefused("--froce", "a")
                .extracting(failed -> ((VmException) failed).problem())
                .isEqualTo(new Misuse.Mistyped("option", "--froce", Optional.of("--force"), "\"copy --help\""));
        assertRefused("-x", "a").extracting(Refused::message).isEqualTo("there is no option -x");
        assertRefused("-fx", "a").extracting(Refused::message).isEqualTo("there is no option -x");
    }

    @Test
    void valueMissingOrOutOfPlace_isRefused() {
        assertRefused("a", "--level").hasMessageContaining("--level needs a value N");
        assertRefused("a", "--force=yes").hasMessageContaining("--force takes no value");
        assertRefused("a", "-l", "1", "--level=2").hasMessageContaining("--level is given twice");
        assertRefused("a", "--when=never").hasMessageContaining("--when must be one of now, later, not \"never\"");
    }

    @Test
    void listOfChoices_isTakenWhole_andEachIsOneOfThem() {
        assertThat(parse("a", "--how", "quick,by-hand").values(HOW, Manner.class))
                .containsExactlyInAnyOrder(Manner.QUICK, Manner.BY_HAND);
        assertThat(parse("a", "--how=by-hand, by-hand").values(HOW, Manner.class)).containsExactly(Manner.BY_HAND);
        assertThat(parse("a").values(HOW, Manner.class)).isEmpty();
        assertRefused("a", "--how=quick,slow")
                .hasMessageContaining("--how must be any of quick, by-hand, not \"slow\"");
        assertRefused("a", "--how=quick,").hasMessageContaining("--how must be any of quick, by-hand, not \"\"");
    }

    @Test
    void number_thatIsNone_isRefused() {
        for (String none : List.of("", "x", "-1", "1.5", "99999999999999999999")) {
            assertThatThrownBy(() -> parse("a", "--level=" + none).number(LEVEL))
                    .as(none)
                    .isInstanceOf(VmException.class)
                    .hasMessageContaining("--level takes a number, not \"%s\"".formatted(none));
        }
    }

    @Test
    void parameterMissing_orOneTooMany_isRefused() {
        assertRefused("-f").hasMessageContaining("SOURCE is missing");
        assertThatThrownBy(() -> Parser.parse(Syntax.of("none", "Nothing."), "help", List.of("word")))
                .isInstanceOf(VmException.class)
                .hasMessageContaining("word is not expected here");
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(String... words) {
        return assertThatThrownBy(() -> parse(words)).isInstanceOf(VmException.class);
    }

    private static Arguments parse(String... words) {
        return Parser.parse(COPY, "\"copy --help\"", List.of(words));
    }
}
