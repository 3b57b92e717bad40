package ctl.vm.cli.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import ctl.vm.inventory.value.ByteCount;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Writes a JSON object as text that ends with a line feed. Names and types of fields are promised to scripts
 * ({@code docs/schemas}): sizes are numbers of bytes, times are ISO 8601 in UTC.
 */
public final class Json {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    private final JsonGenerator json;

    private Json(JsonGenerator json) {
        this.json = json;
    }

    /** On one line. */
    public static String compact(Consumer<Json> fields) {
        return text(fields, false);
    }

    /** On many lines, for people as well. */
    public static String pretty(Consumer<Json> fields) {
        return text(fields, true);
    }

    /**
     * A time in UTC with all nine digits of its fraction, as the filesystem keeps it and S²E compares it (RFC 3339).
     */
    public static String nanosecond(Instant time) {
        String fraction = Integer.toString(NANOS_PER_SECOND + time.getNano()).substring(1);
        return time.truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", "." + fraction + "Z");
    }

    /** The constant of an enum as one word. */
    public static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Adds a field, unless the value is an empty {@link Optional}. */
    public Json put(String name, Object value) {
        return perform(() -> {
            if (!(value instanceof Optional<?> optional) || optional.isPresent()) {
                json.writeFieldName(name);
                write(value);
            }
        });
    }

    /** Adds an array of plain values. */
    public Json list(String name, Collection<?> values) {
        return array(name, values, value -> perform(() -> write(value)));
    }

    /** Adds an array of objects. */
    public <T> Json list(String name, Collection<T> values, BiConsumer<Json, T> fields) {
        return array(name, values, value -> object(one -> fields.accept(one, value)));
    }

    /** Adds an object. */
    public Json object(String name, Consumer<Json> fields) {
        return perform(() -> {
            json.writeFieldName(name);
            object(fields);
        });
    }

    /** Adds an object, unless the value is empty. */
    public <T> Json object(String name, Optional<T> value, BiConsumer<Json, T> fields) {
        return value.map(there -> object(name, one -> fields.accept(one, there))).orElse(this);
    }

    private <T> Json array(String name, Collection<T> values, Consumer<T> element) {
        return perform(() -> {
            json.writeArrayFieldStart(name);
            values.forEach(element);
            json.writeEndArray();
        });
    }

    private Json object(Consumer<Json> fields) {
        return perform(() -> {
            json.writeStartObject();
            fields.accept(this);
            json.writeEndObject();
        });
    }

    private void write(Object value) throws IOException {
        switch (value) {
            case Optional<?> optional -> write(optional.orElseThrow());
            case ByteCount size -> json.writeNumber(size.bytes());
            case Number number -> json.writeNumber(number.longValue());
            case Boolean truth -> json.writeBoolean(truth);
            case Enum<?> constant -> json.writeString(word(constant));
            default -> json.writeString(value.toString());
        }
    }

    private interface Action {
        void run() throws IOException;
    }

    private Json perform(Action action) {
        try {
            action.run();
            return this;
        } catch (IOException impossible) {
            throw new UncheckedIOException("a StringWriter failed", impossible);
        }
    }

    private static String text(Consumer<Json> fields, boolean pretty) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            if (pretty) {
                json.setPrettyPrinter(new DefaultPrettyPrinter());
            }
            new Json(json).object(fields);
        } catch (IOException impossible) {
            throw new UncheckedIOException("a StringWriter failed", impossible);
        }
        return TerminalEscaper.json(text.toString()) + "\n";
    }
}
