package ctl.vm.journal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Writes the fields of JSON objects, one object as one line of text and always the same way: fields in the order in
 * which they are given. A field whose value is empty is left out.
 */
public final class JsonWriter {

    static final JsonFactory FACTORY = new JsonFactory();

    private final JsonGenerator json;

    private JsonWriter(JsonGenerator json) {
        this.json = json;
    }

    /** An object with these fields. */
    public static String object(Consumer<JsonWriter> fields) {
        var text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            new JsonWriter(json).value(fields);
        } catch (IOException impossible) {
            throw impossible(impossible);
        }
        return withoutLoneSurrogates(text.toString());
    }

    public void text(String name, String text) {
        field(name, () -> json.writeString(text));
    }

    public void text(String name, Optional<String> text) {
        text.ifPresent(there -> text(name, there));
    }

    public void number(String name, long number) {
        field(name, () -> json.writeNumber(number));
    }

    public void number(String name, Optional<Long> number) {
        number.ifPresent(there -> number(name, there));
    }

    void flag(String name, boolean flag) {
        field(name, () -> json.writeBoolean(flag));
    }

    public void object(String name, Consumer<JsonWriter> fields) {
        field(name, () -> value(fields));
    }

    <T> void object(String name, Optional<T> value, BiConsumer<JsonWriter, T> fields) {
        value.ifPresent(there -> object(name, json -> fields.accept(json, there)));
    }

    <T> void objects(String name, Collection<T> values, BiConsumer<JsonWriter, T> fields) {
        field(name, () -> {
            json.writeStartArray();
            for (T value : values) {
                value(element -> fields.accept(element, value));
            }
            json.writeEndArray();
        });
    }

    void texts(String name, List<String> texts) {
        field(name, () -> {
            json.writeStartArray();
            for (String text : texts) {
                json.writeString(text);
            }
            json.writeEndArray();
        });
    }

    /** @param value JSON */
    public void json(String name, String value) {
        field(name, () -> json.writeRawValue(value));
    }

    /** Writes a value. */
    private interface Value {
        void write() throws IOException;
    }

    private void field(String name, Value value) {
        try {
            json.writeFieldName(name);
            value.write();
        } catch (IOException impossible) {
            throw impossible(impossible);
        }
    }

    private void value(Consumer<JsonWriter> fields) throws IOException {
        json.writeStartObject();
        fields.accept(this);
        json.writeEndObject();
    }

    private static RuntimeException impossible(IOException failure) {
        return new UncheckedIOException("a StringWriter failed", failure);
    }

    /** Half a surrogate pair has no UTF-8: it would come back as a question mark, and with another hash. */
    private static String withoutLoneSurrogates(String text) {
        if (!hasSurrogates(text)) {
            return text;
        }
        var escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(character -> {
            if (isSurrogate(character)) {
                escaped.append("\\u%04x".formatted(character));
            } else {
                escaped.appendCodePoint(character);
            }
        });
        return escaped.toString();
    }

    /** Mostly there are none at all; and a stream of characters is slow in a JVM that has just started. */
    private static boolean hasSurrogates(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (Character.isSurrogate(text.charAt(at))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSurrogate(int character) {
        return Character.MIN_SURROGATE <= character && character <= Character.MAX_SURROGATE;
    }
}
