package ctl.vm.operation;

import ctl.vm.inventory.CopyOptions.When;
import ctl.vm.inventory.Effort;
import ctl.vm.problem.Misuse;
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
                Optional.of(KeepTime.VARIABLE)),
        REFLINK("reflink", "auto", "auto, always or never", Optional.empty()),
        LEVEL("level", "default", "1 to 12, fast or default", Optional.empty());

        private final String text;
        private final String usual;
        private final String range;
        private final Optional<String> variable;

        Key(String text, String usual, String range, Optional<String> variable) {
            this.text = text;
            this.usual = usual;
            this.range = range;
            this.variable = variable;
        }

        /** As the file has it. */
        public String text() {
            return text;
        }

        /** The environment variable that goes before the file. */
        public Optional<String> variable() {
            return variable;
        }

        public static Optional<Key> named(String text) {
            return Arrays.stream(values()).filter(key -> key.text.equals(text)).findFirst();
        }

        public boolean takes(String value) {
            return switch (this) {
                case TRASH_KEEP -> KeepTime.parse(value).isPresent();
                case REFLINK -> when(value).isPresent();
                case LEVEL -> Effort.parse(value).isPresent();
            };
        }
    }

    /** Where the value of a setting comes from. */
    public enum Source {
        DEFAULT,
        CONFIG,
        ENVIRONMENT
    }

    /** @param line of the file, where the value stands there */
    public record Setting(Key key, String value, Source source, Optional<Integer> line) {}

    public Path path() {
        return file.path();
    }

    /**
     * Every setting with its value.
     *
     * @throws ctl.vm.problem.VmException BadConfig where a line of the file cannot be understood, BadKeepTime
     */
    public List<Setting> all() {
        return Arrays.stream(Key.values()).map(this::setting).toList();
    }

    /** One setting with its value; throws as {@link #all} does. */
    public Setting setting(Key key) {
        Optional<String> said = key.variable().map(name -> environment.getOrDefault(name, "").strip())
                .filter(value -> !value.isEmpty());
        if (said.isPresent()) {
            KeepTime.of(environment);
            return new Setting(key, said.get(), Source.ENVIRONMENT, Optional.empty());
        }
        return Optional.ofNullable(lines().get(key))
                .map(line -> new Setting(key, line.value(), Source.CONFIG, Optional.of(line.number())))
                .orElseGet(() -> new Setting(key, key.usual, Source.DEFAULT, Optional.empty()));
    }

    /** How long the trash keeps what was deleted. */
    public KeepTime keep() {
        return KeepTime.parse(setting(Key.TRASH_KEEP).value()).orElseThrow();
    }

    /** When a clone shares its blocks. */
    public When reflink() {
        return when(setting(Key.REFLINK).value()).orElseThrow();
    }

    /** How much an export compresses. */
    public Effort effort() {
        return Effort.parse(setting(Key.LEVEL).value()).orElseThrow();
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

    private Map<Key, ConfigFile.Line> lines() {
        if (lines.isEmpty()) {
            DiskFailures.explained(() -> lines = Optional.of(read()));
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
