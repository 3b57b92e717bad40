package ctl.vm.cli.problem;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.problem.AlreadyThere;
import ctl.vm.problem.Cancelled;
import ctl.vm.problem.Fate;
import ctl.vm.problem.Problem;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sentences of all problems that there are. */
class ProblemTextTest {

    /** Codes by their exit codes. They are stable: one may come, none may go or change. */
    private static final Map<Integer, String> CODES = Map.of(
            1,
            "bad-tls-file connection-refused crash denied disk-gone disk-trouble empty-input events-lost java-broken " +
                    "journal-damaged journal-missing journal-too-new limit-reached login-refused no-locks " +
                    "no-qemu-img no-server-of-kind no-server-rights no-space " +
                    "no-space-to-unpack no-such-database no-such-root " +
                    "not-enough-space not-postgres not-shipped-by-login not-supported other-journal output-lost " +
                    "pipe-gone pooler-in-the-way read-only-disk read-only-server result-lost " +
                    "root-is-no-folder schema-missing schema-too-new schema-too-old server-disk-full " +
                    "server-trouble source-changed team-damaged team-too-new tls-failed unreadable-vm",
            2,
            "ambiguous-size bad-command-line bad-config bad-name bad-retention bad-server-url " +
                    "bad-size bad-time brings-in-nothing brought-in-already compressed-twice " +
                    "confirmation-missing empty-image empty-journal empty-package encrypted-image foreign-archive " +
                    "foreign-compression foreign-image foreign-pipe journal-elsewhere mistyped named-twice newer-package "
                    +
                    "no-disk-image no-sharing no-team not-a-file not-beside-trash not-joined only-zeros " +
                    "onto-itself package-to-terminal packed-disk packed-image packed-pipe password-in-url " +
                    "renamed-to-itself several-disks sharing-without-zeros size-out-of-range " +
                    "snapshot-to-rename tiny-image unfit-content unknown-package-ending vm-folder " +
                    "wrong-file",
            3,
            "histories-differ server-knows-more",
            4,
            "defunct-vm folder-gone no-such-file no-such-folder no-such-operation no-such-snapshot " +
                    "no-such-team-root no-such-vm not-here not-in-team not-in-trash snapshot-without-vm",
            5,
            "folder-in-the-way joined-another name-taken not-the-replaced package-exists " +
                    "root-known-as root-name-taken same-to-the-filesystem snapshot-exists taken-meanwhile " +
                    "undeleted-in-the-way vm-exists vm-in-the-way vm-looks-alike",
            6,
            "connection-lost held-elsewhere journal-changed journal-in-use opened-meanwhile " +
                    "server-full server-too-slow server-unreachable taken-over vm-in-use",
            7,
            "ambiguous-package bad-disk bad-image bad-package changed-meanwhile foreign-config " +
                    "lacks-end linked-vm local-locks names-another-file not-a-package not-an-image not-ours " +
                    "open-for-writing open-in-machine package-over-limit several-vms staged-is-gone " +
                    "would-remove",
            130,
            "cancelled");

    static Stream<Problem> problems() {
        return types(Problem.class).flatMap(type -> values(type).map(Problem.class::cast));
    }

    @ParameterizedTest
    @MethodSource("problems")
    void problem_hasASentenceAndANextStep_ofOneLine(Problem problem) {
        ProblemText text = ProblemText.of(problem);

        for (String sentence : List.of(text.message(), text.nextStep())) {
            assertThat(sentence).isNotBlank().doesNotContain("\n", "null", "Optional", "%s", "%d").doesNotEndWith(".");
        }
        assertThat(ProblemText.message(problem)).isEqualTo(text.message());
    }

    @Test
    void codes_areThoseOfBefore() {
        Map<Integer, String> codes = new TreeMap<>(problems()
                .filter(problem -> !problem.equals(new Cancelled(Cancelled.Signal.TERMINATE)))
                .collect(Collectors.groupingBy(Problem::exitCode,
                        Collectors.mapping(Problem::code, Collectors.collectingAndThen(Collectors.toCollection(
                                TreeSet::new), all -> String.join(" ", all))))));

        assertThat(codes).isEqualTo(CODES);
    }

    private static Stream<Class<?>> types(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(ProblemTextTest::types)
                : Stream.of(type);
    }

    /** One value of a record for each choice that a component of it offers. */
    private static Stream<Object> values(Type type) {
        if (type == String.class) {
            return Stream.of("text");
        } else if (type == Path.class) {
            return Stream.of(Path.of("/folder/file"));
        } else if (type == Duration.class) {
            return Stream.of(Duration.ofSeconds(10));
        } else if (type == Instant.class) {
            return Stream.of(Instant.EPOCH);
        } else if (type == Fate.class) {
            return types(Fate.class).flatMap(ProblemTextTest::records);
        } else if (type == int.class) {
            return Stream.of(0, 2);
        } else if (type == long.class || type == Long.class) {
            return Stream.of(1L, 42L);
        } else if (type == boolean.class) {
            return Stream.of(false, true);
        } else if (type == AlreadyThere.class) {
            return Stream.of(new AlreadyThere.VmExists("MyBox"));
        } else if (type instanceof ParameterizedType optional && optional.getRawType() == Optional.class) {
            return Stream.concat(Stream.of(Optional.empty()),
                    values(optional.getActualTypeArguments()[0]).map(Optional::of));
        }
        Class<?> of = (Class<?>) type;
        return of.isEnum() ? Stream.of(of.getEnumConstants()) : records(of);
    }

    private static Stream<Object> records(Class<?> type) {
        Stream<List<Object>> arguments = Stream.of(List.of());
        for (RecordComponent component : type.getRecordComponents()) {
            arguments = arguments.flatMap(before -> values(component.getGenericType())
                    .map(value -> Stream.concat(before.stream(), Stream.of(value)).toList()));
        }
        Constructor<?> constructor = Arrays.stream(type.getDeclaredConstructors())
                .filter(candidate -> candidate.getParameterCount() == type.getRecordComponents().length)
                .findAny().orElseThrow();
        return arguments.map(values -> {
            try {
                return constructor.newInstance(values.toArray());
            } catch (ReflectiveOperationException failed) {
                throw new AssertionError(type.getName(), failed);
            }
        });
    }
}
