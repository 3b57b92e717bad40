package ctl.vm.postgres;

import ctl.vm.problem.Misuse;
import ctl.vm.problem.Secrets;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parameters of a connection, by their names in libpq. As there, a parameter of the URL goes before one of the
 * service file, that before the environment, and that before the default.
 */
final class ConnectionSettings {

    private static final String DEFAULT_PORT = "5432";

    /** Those of libpq that can be kept here. Another one in a URL is refused, as it was meant to change something. */
    private static final Set<String> KNOWN = Set.of(
            "host", "port", "dbname", "user", "password", "passfile", "service", "servicefile", "connect_timeout",
            "application_name", "options", "target_session_attrs", "keepalives", "channel_binding", "require_auth",
            "sslmode", "sslnegotiation", "sslrootcert", "sslcert", "sslkey", "sslpassword");

    /** Those of the environment that are read, with the parameters that they stand for. */
    private static final Map<String, String> VARIABLES = Map.ofEntries(
            Map.entry("host", "PGHOST"), Map.entry("port", "PGPORT"), Map.entry("dbname", "PGDATABASE"),
            Map.entry("user", "PGUSER"), Map.entry("password", "PGPASSWORD"), Map.entry("passfile", "PGPASSFILE"),
            Map.entry("service", "PGSERVICE"), Map.entry("servicefile", "PGSERVICEFILE"),
            Map.entry("connect_timeout", "PGCONNECT_TIMEOUT"), Map.entry("application_name", "PGAPPNAME"),
            Map.entry("options", "PGOPTIONS"), Map.entry("target_session_attrs", "PGTARGETSESSIONATTRS"),
            Map.entry("channel_binding", "PGCHANNELBINDING"), Map.entry("require_auth", "PGREQUIREAUTH"),
            Map.entry("sslmode", "PGSSLMODE"), Map.entry("sslnegotiation", "PGSSLNEGOTIATION"),
            Map.entry("sslrootcert", "PGSSLROOTCERT"), Map.entry("sslcert", "PGSSLCERT"),
            Map.entry("sslkey", "PGSSLKEY"));

    /** The parameters with a fixed set of values. */
    private static final Map<String, Set<String>> VALUES = Map.of(
            "sslmode", Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
            "sslnegotiation", Set.of("postgres", "direct"),
            "channel_binding", Set.of("disable", "prefer", "require"),
            "target_session_attrs",
            Set.of("any", "read-write", "read-only", "primary", "standby", "prefer-standby"),
            "keepalives", Set.of("0", "1"));

    private final String url;
    private final Map<String, String> environment;
    private final Map<String, String> parameters;

    private ConnectionSettings(String url, Map<String, String> environment) {
        this.url = url;
        this.environment = environment;
        this.parameters = new HashMap<>(new UrlParser(url).parameters());
    }

    /** @throws ctl.vm.problem.VmException BadServerUrl, PasswordInUrl */
    static ConnectionSettings of(String url, Map<String, String> environment) {
        if (Secrets.areIn(url)) {
            throw new Misuse.PasswordInUrl(Secrets.masked(url)).thrown();
        }
        ConnectionSettings settings = new ConnectionSettings(url, environment);
        settings.addService();
        settings.addEnvironment();
        settings.check();
        return settings;
    }

    Optional<String> get(String parameter) {
        return Optional.ofNullable(parameters.get(parameter)).filter(value -> !value.isEmpty());
    }

    String get(String parameter, String usual) {
        return get(parameter).orElse(usual);
    }

    /** A file by its parameter, or the one in the home folder that stands for it. */
    Path file(String parameter, String inHome) {
        return get(parameter).map(this::path).orElseGet(() -> home().resolve(inHome));
    }

    /** Without {@code user} the name of the user who runs this. */
    String user() {
        return get("user").orElseGet(() -> System.getProperty("user.name"));
    }

    /** Without {@code dbname} that of the login. */
    String database() {
        return get("dbname").orElseGet(this::user);
    }

    /** A server among those that may be tried. */
    record Host(String name, int port) {

        @Override
        public String toString() {
            return (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + port;
        }
    }

    /** In the order in which they are to be tried. */
    List<Host> hosts() {
        List<String> names = list(get("host", "localhost"));
        List<String> ports = list(get("port", DEFAULT_PORT));
        if (ports.size() != 1 && ports.size() != names.size()) {
            throw wrong("%d ports are named for %d hosts".formatted(ports.size(), names.size()));
        }
        List<Host> hosts = new ArrayList<>();
        for (int index = 0; index < names.size(); index++) {
            String name = names.get(index).isEmpty() ? "localhost" : names.get(index);
            if (name.startsWith("/") || name.startsWith("@")) {
                throw wrong("%s is a Unix socket, and only TCP connections are made".formatted(name));
            }
            hosts.add(new Host(name, port(ports.get(ports.size() == 1 ? 0 : index))));
        }
        return hosts;
    }

    private static List<String> list(String commas) {
        return List.of(commas.split(",", -1));
    }

    private int port(String text) {
        String port = text.isEmpty() ? DEFAULT_PORT : text;
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65535) {
            throw wrong("\"%s\" is not a port".formatted(port));
        }
        return Integer.parseInt(port);
    }

    /** Seconds, none of which is less than two, as libpq has it; 0 is to wait for ever there, and the default here. */
    int connectTimeoutSeconds(int usual) {
        String text = get("connect_timeout", "0").strip();
        if (!text.matches("-?[0-9]{1,5}")) {
            throw wrong("connect_timeout cannot be \"%s\"".formatted(text));
        }
        int seconds = Integer.parseInt(text);
        return seconds <= 0 ? usual : Math.max(2, seconds);
    }

    /** How long to wait for an answer: the usual time, unless a test says otherwise. */
    int answerTimeoutSeconds(int usual) {
        String seconds = environment.getOrDefault("CTL_ANSWER_SECONDS", "");
        return seconds.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(seconds) : usual;
    }

    Path home() {
        String home = environment.getOrDefault("HOME", "");
        return Path.of(home.isEmpty() ? System.getProperty("user.home") : home);
    }

    RuntimeException wrong(String reason) {
        return new Misuse.BadServerUrl(url, reason).thrown();
    }

    private Path path(String text) {
        return text.startsWith("~/") ? home().resolve(text.substring(2)) : Path.of(text);
    }

    private void addEnvironment() {
        VARIABLES.forEach((parameter, variable) -> {
            String value = environment.getOrDefault(variable, "");
            if (!value.isEmpty()) {
                parameters.putIfAbsent(parameter, value);
            }
        });
    }

    private void addService() {
        String service = parameters.getOrDefault("service", environment.getOrDefault("PGSERVICE", ""));
        if (service.isEmpty()) {
            return;
        }
        String named = parameters.getOrDefault("servicefile", environment.getOrDefault("PGSERVICEFILE", ""));
        Path own = named.isEmpty() ? home().resolve(".pg_service.conf") : path(named);
        Path everybodys = Path.of(environment.getOrDefault("PGSYSCONFDIR", "/etc/postgresql-common"),
                "pg_service.conf");
        Map<String, String> found = service(own, service).or(() -> service(everybodys, service))
                .orElseThrow(() -> wrong("no service \"%s\" stands in %s".formatted(service, own)));
        found.forEach(parameters::putIfAbsent);
    }

    private Optional<Map<String, String>> service(Path file, String service) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Map<String, String> found = new HashMap<>();
        boolean isInside = false;
        boolean isFound = false;
        int number = 0;
        for (String line : lines(file)) {
            number++;
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            if (text.startsWith("[")) {
                isInside = !isFound && text.equals("[" + service + "]");
                isFound |= isInside;
            } else if (isInside) {
                int equals = text.indexOf('=');
                String parameter = equals < 0 ? text : text.substring(0, equals);
                if (equals < 0 || !KNOWN.contains(parameter) || parameter.startsWith("service")) {
                    throw wrong("line %d of %s sets nothing that is known".formatted(number, file));
                }
                found.putIfAbsent(parameter, text.substring(equals + 1));
            }
        }
        return isFound ? Optional.of(found) : Optional.empty();
    }

    private List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException unreadable) {
            throw wrong("%s cannot be read".formatted(file));
        }
    }

    private void check() {
        VALUES.forEach((parameter, values) -> get(parameter).ifPresent(value -> {
            if (!values.contains(value)) {
                throw wrong("%s cannot be \"%s\"".formatted(parameter, value));
            }
        }));
        hosts();
        connectTimeoutSeconds(1);
    }

    /** Splits {@code postgresql://[USER[:PASSWORD]@][HOST[:PORT],…][/DATABASE][?PARAMETERS]} as libpq does. */
    private static final class UrlParser {

        private final String url;
        private final Map<String, String> parameters = new HashMap<>();

        UrlParser(String url) {
            this.url = url;
        }

        Map<String, String> parameters() {
            String rest = withoutScheme();
            int query = rest.indexOf('?');
            if (query >= 0) {
                addQuery(rest.substring(query + 1));
                rest = rest.substring(0, query);
            }
            int slash = rest.indexOf('/');
            if (slash >= 0) {
                put("dbname", decoded(rest.substring(slash + 1)));
                rest = rest.substring(0, slash);
            }
            int at = rest.indexOf('@');
            if (at >= 0) {
                put("user", decoded(rest.substring(0, at)));
                rest = rest.substring(at + 1);
            }
            addHosts(rest);
            return parameters;
        }

        private String withoutScheme() {
            for (String scheme : List.of("postgresql://", "postgres://")) {
                if (url.startsWith(scheme)) {
                    return url.substring(scheme.length());
                }
            }
            throw wrong("it does not begin with postgresql://");
        }

        private void addHosts(String text) {
            List<String> names = new ArrayList<>();
            List<String> ports = new ArrayList<>();
            for (String host : text.split(",", -1)) {
                int end = host.startsWith("[") ? host.indexOf(']') : Math.max(-1, host.indexOf(':') - 1);
                if (host.startsWith("[") && (end < 0 || end + 1 < host.length() && host.charAt(end + 1) != ':')) {
                    throw wrong("an IPv6 address stands in brackets, as in [::1]:5432");
                }
                boolean hasPort = end + 1 < host.length() && host.charAt(end + 1) == ':';
                String name = host.startsWith("[")
                        ? host.substring(1, end)
                        : hasPort ? host.substring(0, end + 1) : host;
                names.add(decoded(name));
                ports.add(hasPort ? host.substring(end + 2) : "");
            }
            put("host", String.join(",", names));
            if (ports.stream().anyMatch(port -> !port.isEmpty())) {
                put("port", String.join(",", ports));
            }
        }

        private void addQuery(String query) {
            for (String pair : query.split("&")) {
                int equals = pair.indexOf('=');
                if (equals <= 0) {
                    throw wrong("\"%s\" is not of the form PARAMETER=VALUE".formatted(pair));
                }
                String name = decoded(pair.substring(0, equals));
                String value = decoded(pair.substring(equals + 1));
                if (name.equals("ssl") && value.equals("true")) {
                    put("sslmode", "require");
                } else if (KNOWN.contains(name)) {
                    put(name, value);
                } else {
                    throw wrong("the parameter \"%s\" is not known here".formatted(name));
                }
            }
        }

        private void put(String parameter, String value) {
            if (!value.isEmpty() && !value.matches(",+")) {
                parameters.put(parameter, value);
            }
        }

        private String decoded(String text) {
            try {
                String decoded = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
                if (decoded.chars().anyMatch(Character::isISOControl)) {
                    throw wrong("it contains a control character");
                }
                return decoded;
            } catch (IllegalArgumentException notEncoded) {
                throw wrong("a percent sign is not followed by two hexadecimal digits");
            }
        }

        private RuntimeException wrong(String reason) {
            return new Misuse.BadServerUrl(url, reason).thrown();
        }
    }
}
