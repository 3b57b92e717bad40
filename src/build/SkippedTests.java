import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Prints which tests this build has skipped, and why: a line for each, read from the reports that Surefire and Failsafe
 * write, whichever process ran the test. Prints nothing where none was skipped. The lines also stand in
 * {@code skipped-tests.txt}.
 *
 * <p>Arguments: the folder {@code target}, and when the build began; reports of earlier builds are passed over.
 */
final class SkippedTests {

    private static final List<String> REPORTS = List.of("surefire-reports", "failsafe-reports");

    private SkippedTests() {}

    public static void main(String[] arguments) throws IOException {
        Path target = Path.of(arguments[0]);
        Instant begin = Instant.parse(arguments[1]);
        Map<String, String> reasons = new TreeMap<>();
        for (String folder : REPORTS) {
            for (Path report : reports(target.resolve(folder), begin)) {
                add(report, reasons);
            }
        }
        List<String> lines = reasons.entrySet().stream()
                .map(skipped -> skipped.getKey() + ": " + skipped.getValue())
                .toList();
        if (!lines.isEmpty()) {
            System.out.printf("[WARN] tests skipped: %d%n", lines.size());
            lines.forEach(line -> System.out.println("[WARN]   " + line));
        }
        Files.write(target.resolve("skipped-tests.txt"), lines);
    }

    private static List<Path> reports(Path folder, Instant begin) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
                    .filter(file -> !isOlder(file, begin))
                    .toList();
        }
    }

    private static boolean isOlder(Path file, Instant begin) {
        try {
            return Files.getLastModifiedTime(file).toInstant().isBefore(begin);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void add(Path report, Map<String, String> reasons) throws IOException {
        try (var bytes = Files.newInputStream(report)) {
            XMLStreamReader xml = XMLInputFactory.newFactory().createXMLStreamReader(bytes);
            String test = "";
            while (xml.hasNext()) {
                if (xml.next() == XMLStreamConstants.START_ELEMENT) {
                    switch (xml.getLocalName()) {
                        case "testcase" -> test = name(xml);
                        case "skipped" -> reasons.put(test, reason(xml));
                        default -> {
                            // The properties of the JVM, what was printed, and what else there is.
                        }
                    }
                }
            }
        } catch (XMLStreamException failed) {
            throw new IOException(report + " is no report of tests", failed);
        }
    }

    /** A whole class that was skipped is a test without a name. */
    private static String name(XMLStreamReader xml) {
        String type = xml.getAttributeValue(null, "classname");
        String method = xml.getAttributeValue(null, "name");
        String simple = type.substring(type.lastIndexOf('.') + 1);
        return method == null || method.isEmpty() ? simple : simple + "." + method;
    }

    /**
     * What JUnit threw, on one line, without its class and what it puts before each; of a disabled test, its message.
     */
    private static String reason(XMLStreamReader xml) throws XMLStreamException {
        String message = xml.getAttributeValue(null, "message");
        String text = message == null ? xml.getElementText() : message;
        String reason = text.strip()
                .replaceFirst("^[\\w.]+Exception:?\\s*", "")
                .replaceFirst("^Assumption failed:\\s*", "")
                .replaceAll("(?m)^\\s*at [\\w.$/]+\\(.*$", "")
                .replaceAll("\\s+", " ").strip();
        return reason.isEmpty() ? "no reason was given" : reason;
    }
}
