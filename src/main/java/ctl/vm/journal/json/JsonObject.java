package ctl.vm.journal.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A JSON object as it was read. Every method throws {@link UnreadableText} where the field is missing or holds
 * something else.
 *
 * @param fields values: String, Long, Boolean, JsonObject, or a List of these
 */
public record JsonObject(Map<String, Object> fields) {

    public static JsonObject parse(String text) {
        try (JsonParser json = JsonWriter.FACTORY.createParser(text)) {
            json.nextToken();
            Object value = value(json);
            if (value instanceof JsonObject object && json.nextToken() == null) {
                return object;
            }
        } catch (IOException malformed) {
            throw new UnreadableText("it is not JSON");
        }
        throw new UnreadableText("it is not one JSON object");
    }

    boolean has(String field) {
        return fields.containsKey(field);
    }

    public String text(String field) {
        return required(field, String.class);
    }

    public Optional<String> optionalText(String field) {
        return optional(field, String.class);
    }

    public long number(String field) {
        return required(field, Long.class);
    }

    Optional<Long> optionalNumber(String field) {
        return optional(field, Long.class);
    }

    boolean flag(String field) {
        return required(field, Boolean.class);
    }

    Optional<Boolean> optionalFlag(String field) {
        return optional(field, Boolean.class);
    }

    public Instant time(String field) {
        try {
            return TimeText.instant(text(field));
        } catch (DateTimeException malformed) {
            throw new UnreadableText("%s is not a time".formatted(field));
        }
    }

    public JsonObject object(String field) {
        return required(field, JsonObject.class);
    }

    Optional<JsonObject> optionalObject(String field) {
        return optional(field, JsonObject.class);
    }

    List<JsonObject> objects(String field) {
        return list(field, JsonObject.class);
    }

    List<String> texts(String field) {
        return list(field, String.class);
    }

    private <T> List<T> list(String field, Class<T> kind) {
        List<T> values = new ArrayList<>();
        for (Object value : required(field, List.class)) {
            values.add(as(kind, field, value));
        }
        return values;
    }

    private <T> T required(String field, Class<T> kind) {
        return optional(field, kind).orElseThrow(() -> new UnreadableText("%s is missing".formatted(field)));
    }

    private <T> Optional<T> optional(String field, Class<T> kind) {
        return Optional.ofNullable(fields.get(field)).map(value -> as(kind, field, value));
    }

    private static <T> T as(Class<T> kind, String field, Object value) {
        if (!kind.isInstance(value)) {
            throw new UnreadableText("%s is of another kind".formatted(field));
        }
        return kind.cast(value);
    }

    /** The value at which the parser stands. No nesting of ours is deep; Jackson refuses more than 1000 levels. */
    static Object value(JsonParser json) throws IOException {
        JsonToken token = Objects.requireNonNullElse(json.currentToken(), JsonToken.NOT_AVAILABLE);
        return switch (token) {
            case VALUE_STRING -> json.getText();
            case VALUE_NUMBER_INT -> json.getLongValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case START_ARRAY -> array(json);
            case START_OBJECT -> object(json);
            default -> throw new UnreadableText("it holds a value that the journal never writes");
        };
    }

    private static List<Object> array(JsonParser json) throws IOException {
        List<Object> values = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            values.add(value(json));
        }
        return values;
    }

    private static JsonObject object(JsonParser json) throws IOException {
        Map<String, Object> fields = new HashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            if (fields.put(field, value(json)) != null) {
                throw new UnreadableText("%s stands twice".formatted(field));
            }
        }
        return new JsonObject(fields);
    }
}
