package ctl.vm.journal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** JSON objects as one line of text, always written the same way: fields in the order in which they are given. */
public final class JsonText {

    static final JsonFactory FACTORY = new JsonFactory();

    private JsonText() {}

    /** Writes the fields of an object. */
    public interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    public static String object(Fields fields) {
        var text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            object(json, fields);
        } catch (IOException impossible) {
            throw new UncheckedIOException("a StringWriter failed", impossible);
        }
        return withoutLoneSurrogates(text.toString());
    }

    /** An object as the next value. */
    public static void object(JsonGenerator json, Fields fields) throws IOException {
        json.writeStartObject();
        fields.write(json);
        json.writeEndObject();
    }

    /** An object as the next field. */
    public static void object(JsonGenerator json, String name, Fields fields) throws IOException {
        json.writeFieldName(name);
        object(json, fields);
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
