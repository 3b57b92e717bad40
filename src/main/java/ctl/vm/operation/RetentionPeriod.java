package ctl.vm.operation;

import ctl.vm.problem.Misuse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long the trash keeps what was deleted, at the least: zero for not at all. */
public record RetentionPeriod(Duration time) {

    public static final RetentionPeriod NONE = new RetentionPeriod(Duration.ZERO);

    public static final RetentionPeriod USUAL = new RetentionPeriod(Duration.ofHours(24));

    /** The environment variable that goes before the file {@code config}. */
    static final String VARIABLE = "CTL_TRASH_KEEP";

    private static final Pattern LENGTH = Pattern.compile("([0-9]{1,6})([smhdw])");
    private static final Map<String, Duration> UNITS = Map.of(
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1),
            "w", Duration.ofDays(7));

    /**
     * The usual time, unless the environment says otherwise.
     *
     * @throws ctl.vm.problem.VmException BadRetention
     */
    public static RetentionPeriod of(Map<String, String> environment) {
        String text = environment.getOrDefault(VARIABLE, "").strip();
        return text.isEmpty()
                ? USUAL
                : parse(text).orElseThrow(() -> new Misuse.BadRetention(text).thrown());
    }

    /** Whether nothing is kept. */
    public boolean isNone() {
        return time.isZero();
    }

    /** The length of time that a text says; empty where it says none. */
    public static Optional<RetentionPeriod> parse(String text) {
        if (text.matches("0+[smhdw]?")) {
            return Optional.of(NONE);
        }
        Matcher length = LENGTH.matcher(text);
        return length.matches()
                ? Optional.of(
                        new RetentionPeriod(UNITS.get(length.group(2)).multipliedBy(Long.parseLong(length.group(1)))))
                : Optional.empty();
    }
}
