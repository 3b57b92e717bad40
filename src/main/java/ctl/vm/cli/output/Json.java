package ctl.vm.cli.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Writes a JSON object as text with a line feed behind it. */
public final class Json {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    private Json() {}

    /** Writes the fields of an object. */
    public interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    /** A time in UTC with all nine digits of its fraction, as the filesystem keeps it and S²E compares it (RFC 3339). */
    public static String nanosecond(Instant time) {
        String fraction = Integer.toString(NANOS_PER_SECOND + time.getNano()).substring(1);
        return time.truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", "." + fraction + "Z");
    }

    /** On one line. */
    public static String compact(Fields fields) {
        return text(fields, false);
    }

    /** On many lines, for people as well. */
    public static String pretty(Fields fields) {
        return text(fields, true);
    }

    private static String text(Fields fields, boolean pretty) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            if (pretty) {
                json.setPrettyPrinter(new DefaultPrettyPrinter());
            }
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("a StringWriter failed", impossible);
        }
        return TerminalEscaper.json(text.toString()) + "\n";
    }
}
