package ctl.vm.cli.command;

import ctl.vm.cli.console.Console;
import ctl.vm.cli.console.Session;
import ctl.vm.cli.output.Json;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax;
import ctl.vm.operation.Config.Key;
import ctl.vm.operation.Config.Setting;
import ctl.vm.operation.Config;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** {@code ctl vm config}. */
public final class ConfigCommand implements Command {

    private static final Option UNSET = Option.flag("--unset", "Remove KEY from the file.");
    private static final Parameter KEY = Parameter.atMostOne("KEY",
            ArgumentType.of(Arrays.stream(Key.values()).map(Key::text).toArray(String[]::new)),
            "Setting to print or to change: trash-keep (how long the trash keeps what was deleted), reflink (of "
                    + "clone), level (of export) or pager; team-server, team-name and team-id can only be printed.");
    private static final Parameter VALUE = Parameter.atMostOne("VALUE", ArgumentType.ANY, "Its new value.");

    @Override
    public Syntax syntax() {
        return Syntax.of("config", "Show or change the settings of a root.",
                "The file config in the root has one line KEY = VALUE for each setting; # starts a comment. Options "
                        + "take precedence over the environment, and the environment over the file.")
                .options(UNSET, JSON)
                .parameters(KEY, VALUE)
                .forms("[KEY]", "KEY VALUE", "--unset KEY")
                .exitCodes(DONE, FAILED, USAGE, UNSAFE)
                .examples("ctl vm config", "ctl vm config level 9", "ctl vm config trash-keep 7d",
                        "ctl vm config --unset level");
    }

    @Override
    public int run(Arguments given, Session session) {
        Config config = session.config();
        Optional<String> key = given.atMostOne(KEY);
        Optional<String> value = given.atMostOne(VALUE);
        if (given.has(JSON) && (given.has(UNSET) || value.isPresent())) {
            throw given.wrong("--json cannot be used when a setting is changed");
        }
        if (given.has(UNSET)) {
            unset(given, config, session.console());
        } else if (value.isPresent()) {
            set(key(given, key.orElseThrow()), value.get(), given, config, session.console());
        } else {
            show(key.map(text -> List.of(config.setting(key(given, text)))).orElseGet(config::all), given, config,
                    session);
        }
        return 0;
    }

    /** What is no key can be taken out, too: a line of it stops commands. */
    private static void unset(Arguments given, Config config, Console console) {
        String key = given.atMostOne(KEY).orElseThrow(() -> given.wrong("KEY is missing"));
        if (given.atMostOne(VALUE).isPresent()) {
            throw given.wrong("--unset takes no value");
        }
        config.unset(key);
        console.ok("unset " + key);
    }

    private static void set(Key key, String value, Arguments given, Config config, Console console) {
        if (key.isOfTeam()) {
            throw given
                    .wrong("%s is set by \"ctl vm team join\", which makes the root known there".formatted(key.text()));
        }
        if (!key.takes(value)) {
            throw given.wrong(Config.wrongValue(key, value));
        }
        config.set(key, value);
        console.ok("set %s to %s".formatted(key.text(), value));
        Setting now = config.setting(key);
        if (now.source() == Config.Source.ENVIRONMENT) {
            console.hint("here $%s takes precedence: %s".formatted(now.variable().orElseThrow(), now.value()));
        }
        warnOfDistrusted(List.of(now), config, console);
    }

    private static void show(List<Setting> settings, Arguments given, Config config, Session session) {
        Console console = session.console();
        warnOfDistrusted(settings, config, console);
        if (given.has(JSON)) {
            console.raw(json(config, settings));
        } else if (given.atMostOne(KEY).isPresent()) {
            console.line(settings.getFirst().value());
        } else {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("KEY", "VALUE", "FROM"));
            settings.forEach(setting -> rows.add(List.of(setting.key().text(), setting.value(), origin(setting))));
            session.layout().table(rows).forEach(console::line);
        }
    }

    /** In another user's file, or in one that others may write, a program could be named that runs as this user. */
    private static void warnOfDistrusted(List<Setting> settings, Config config, Console console) {
        settings.stream().map(Setting::key).filter(config::isDistrusted).forEach(key -> console.warn(
                "other users can write to %s: %s is not read from it".formatted(config.path(), key.text())));
    }

    private static String origin(Setting setting) {
        return switch (setting.source()) {
            case DEFAULT -> "default";
            case CONFIG -> "config, line " + setting.line().orElseThrow();
            case ENVIRONMENT -> "$" + setting.variable().orElseThrow();
        };
    }

    private static String json(Config config, List<Setting> settings) {
        return Json.pretty(json -> json
                .put("file", config.path())
                .list("settings", settings, (one, setting) -> one
                        .put("key", setting.key().text())
                        .put("value", setting.value())
                        .put("from", setting.source())
                        .put("line", setting.line())
                        .put("variable", setting.variable())));
    }

    private static Key key(Arguments given, String text) {
        return Key.named(text).orElseThrow(() -> given.wrong(Config.noSuchKey(text)));
    }
}
