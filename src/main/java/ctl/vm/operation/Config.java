package ctl.vm.operation;

import ctl.vm.inventory.CompressionLevel;
import ctl.vm.inventory.CopyOptions.When;
import ctl.vm.inventory.value.RootId;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Secrets;
import ctl.vm.problem.VmException;
import ctl.vm.store.ConfigFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The settings of a root. An option of the command line goes before all of them, then the environment, then the file
 * {@code config}, then the default. The file is read when the first setting is asked for, and by no other command.
 */
public final class Config {

    private final ConfigFile file;
    private final Map<String, String> environment;
    private Optional<Map<Key, ConfigFile.Line>> lines = Optional.empty();

    public Config(ConfigFile file, Map<String, String> environment) {
        this.file = file;
        this.environment = environment;
    }

    /** What can be set. */
    public enum Key {
        TRASH_KEEP("trash-keep", "24h", "a length of time such as 90m, 24h or 7d, or 0",
                List.of(RetentionPeriod.VARIABLE)),
        REFLINK("reflink", "auto", "auto, always or never", List.of()),
        LEVEL("level", "default", "1 to 12, fast or default", List.of()),
        /** The one that names a program: taken from a file that only this user can write. */
        PAGER("pager", "less", "a line of shell, or cat for none", List.of("CTL_PAGER", "PAGER")),
        /** Where questions to the team go, and where a root that has joined ships its events: the file's alone. */
        TEAM_SERVER("team-server", "", "a URL such as postgresql://db.example.org/ctl without a password",
                List.of("CTL_TEAM")),
        TEAM_NAME("team-name", "", "a name of at most 255 characters without \"/\", \":\" and control characters",
                List.of()),
        /** Of a root that is a copy of another: without it a root is identified by its first event. */
        TEAM_ID("team-id", "", "64 hexadecimal digits", List.of());

        private final String text;
        private final String usual;
        private final String range;
        private final List<String> variables;

        Key(String text, String usual, String range, List<String> variables) {
            this.text = text;
            this.usual = usual;
            this.range = range;
            this.variables = variables;
        }

        /** As the file has it. */
        public String text() {
            return text;
        }

        public static Optional<Key> named(String text) {
            return Arrays.stream(values()).filter(key -> key.text.equals(text)).findFirst();
        }

        public boolean takes(String value) {
            return switch (this) {
                case TRASH_KEEP -> RetentionPeriod.parse(value).isPresent();
                case REFLINK -> when(value).isPresent();
                case LEVEL -> CompressionLevel.parse(value).isPresent();
                case PAGER -> !value.isBlank() && value.chars().noneMatch(Character::isISOControl);
                case TEAM_SERVER -> value.matches("postgres(ql)?://\\S*") && !Secrets.areIn(value);
                case TEAM_NAME -> isTeamName(value);
                case TEAM_ID -> RootId.of(value).isPresent();
            };
        }

        /** Whether it is set by joining and leaving a team, and shown only then. */
        public boolean isOfTeam() {
            return switch (this) {
                case TRASH_KEEP, REFLINK, LEVEL, PAGER -> false;
                case TEAM_SERVER, TEAM_NAME, TEAM_ID -> true;
            };
        }

        private static boolean isTeamName(String value) {
            return !value.isBlank() && value.equals(value.strip()) && value.codePointCount(0, value.length()) <= 255
                    && value.chars().noneMatch(letter -> letter == '/' || letter == ':'
                            || Character.isISOControl(letter));
        }
    }

    /** Where the value of a setting comes from. */
    public enum Source {
        DEFAULT,
        CONFIG,
        ENVIRONMENT
    }

    /**
     * @param variable of the environment, where the value comes from one;
     *
     * @param line of the file, where it stands there
     */
    public record Setting(Key key, String value, Source source, Optional<String> variable, Optional<Integer> line) {}

    public Path path() {
        return file.path();
    }

    /**
     * Every setting with its value; those of a team only where they have one.
     *
     * @throws ctl.vm.problem.VmException BadConfig where a line of the file cannot be understood, BadRetention
     */
    public List<Setting> all() {
        return Arrays.stream(Key.values())
                .map(this::setting)
                .filter(setting -> !setting.key().isOfTeam() || setting.source() != Source.DEFAULT)
                .toList();
    }

    /** One setting with its value; throws as {@link #all} does. */
    public Setting setting(Key key) {
        return key.variables.stream()
                .filter(name -> isSet(key, name))
                .findFirst()
                .map(name -> ofEnvironment(key, name))
                .or(() -> Optional.ofNullable(lines().get(key))
                        .filter(_ -> key != Key.PAGER || isPrivate())
                        .map(line -> new Setting(
                                key, line.value(), Source.CONFIG, Optional.empty(), Optional.of(line.number()))))
                .orElseGet(() -> new Setting(key, key.usual, Source.DEFAULT, Optional.empty(), Optional.empty()));
    }

    /** An empty pager is none; anything else that is empty is not set. */
    private boolean isSet(Key key, String name) {
        String value = environment.get(name);
        return value != null && (key == Key.PAGER || !value.isBlank());
    }

    private Setting ofEnvironment(Key key, String name) {
        String value = environment.get(name).strip();
        if (key == Key.TRASH_KEEP) {
            RetentionPeriod.of(environment);
        }
        return new Setting(
                key, value.isEmpty() ? "cat" : value, Source.ENVIRONMENT, Optional.of(name), Optional.empty());
    }

    /** How long the trash keeps what was deleted. */
    public RetentionPeriod keep() {
        return RetentionPeriod.parse(setting(Key.TRASH_KEEP).value()).orElseThrow();
    }

    /** When a clone shares its blocks. */
    public When reflink() {
        return when(setting(Key.REFLINK).value()).orElseThrow();
    }

    /** How much an export compresses. */
    public CompressionLevel level() {
        return CompressionLevel.parse(setting(Key.LEVEL).value()).orElseThrow();
    }

    /** What the file itself says, whatever the environment does. */
    public Optional<String> inFile(Key key) {
        return Optional.ofNullable(lines().get(key)).map(ConfigFile.Line::value);
    }

    /**
     * What shows long results, where the file says so. What is wrong with the file is for those commands to say that
     * cannot do without it: a listing works in any case.
     */
    public Optional<String> pager() {
        try {
            return Optional.of(setting(Key.PAGER)).filter(pager -> pager.source() == Source.CONFIG).map(Setting::value);
        } catch (VmException unreadable) {
            return Optional.empty();
        }
    }

    /** Whether the file sets a key that is not taken from it, as another user could have written it. */
    public boolean isDistrusted(Key key) {
        return key == Key.PAGER && lines().containsKey(key) && !isPrivate();
    }

    /**
     * Writes a setting into the file. Other lines stay as they are, right or wrong.
     *
     * @param value which the key {@link Key#takes}
     */
    public void set(Key key, String value) {
        DiskFailures.explained(() -> file.set(key.text(), value));
        lines = Optional.empty();
    }

    /** Takes a setting out of the file. */
    public void unset(String key) {
        DiskFailures.explained(() -> file.unset(key));
        lines = Optional.empty();
    }

    private boolean isPrivate() {
        return DiskFailures.explained(file::isPrivate);
    }

    private Map<Key, ConfigFile.Line> lines() {
        if (lines.isEmpty()) {
            lines = Optional.of(DiskFailures.explained(this::read));
        }
        return lines.orElseThrow();
    }

    private Map<Key, ConfigFile.Line> read() {
        Map<Key, ConfigFile.Line> read = new EnumMap<>(Key.class);
        for (ConfigFile.Line line : file.read()) {
            Key key = Key.named(line.key()).orElseThrow(() -> wrong(line, noSuchKey(line.key())));
            if (!key.takes(line.value())) {
                throw wrong(line, wrongValue(key, line.value()));
            }
            if (read.put(key, line) != null) {
                throw wrong(line, key.text() + " is set twice");
            }
        }
        return read;
    }

    private RuntimeException wrong(ConfigFile.Line line, String reason) {
        return new Misuse.BadConfig(path(), line.number(), reason).thrown();
    }

    /** For people: that a key is none. */
    public static String noSuchKey(String key) {
        return "there is no setting \"%s\", but %s".formatted(
                key, Arrays.stream(Key.values()).map(Key::text).collect(Collectors.joining(", ")));
    }

    /** For people: that a key cannot have a value. */
    public static String wrongValue(Key key, String value) {
        return "%s cannot be \"%s\", but %s".formatted(key.text(), value, key.range);
    }

    private static Optional<When> when(String text) {
        return Arrays.stream(When.values()).filter(value -> value.toString().equals(text)).findFirst();
    }
}
