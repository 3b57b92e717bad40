package ctl.vm.journal.json;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.EventSubject;
import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.chain.EventRow;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.json.Samples.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One approved file for each version of each event: how its fields stand in journals out there. Such a file is never
 * edited; a change is a version more, with a file more. {@code docs/events.md} shows the same texts.
 */
final class ApprovedEventsTest {

    @ParameterizedTest
    @MethodSource("versions")
    void event_written_isTheApprovedText(Version version) throws IOException {
        // An older version is only read.
        if (version.number() == version.name().version()) {
            assertThat(EventJson.text(Samples.events().get(version))).isEqualTo(approved(version));
        }
    }

    static List<Version> versions() {
        return Version.all();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void event_readFromTheApprovedText_isTheSample(Version version) throws IOException {
        assertThat(EventJson.event(version.name(), JsonObject.parse(approved(version))))
                .isEqualTo(Samples.events().get(version));
    }

    @Test
    void line_readFromTheApprovedText_isTheSample() throws IOException {
        EventLine line = new EventLine(approved("line.json"));

        assertThat(line.isIntact()).isTrue();
        assertThat(line.recorded().event()).isEqualTo(Samples.events().get(new Version(EventName.SNAPSHOT_FOUND, 3)));
    }

    @Test
    void line_written_isTheApprovedText() throws IOException {
        Event event = Samples.events().get(new Version(EventName.SNAPSHOT_FOUND));
        EventSubject subject = EventSubject.of(event, Optional.empty());
        EventRow row = EventRow.after(
                Head.BEGINNING, Samples.operation(1), Samples.NOON, Samples.ACTOR, event, subject);

        assertThat(row.line().text()).isEqualTo(approved("line.2.json"));
        assertThat(row.line().recorded().event()).isEqualTo(event);
    }

    @Test
    void approvedFiles_areThoseOfTheEvents() throws IOException {
        List<String> expected = new ArrayList<>(List.of("line.json", "line.2.json"));
        versions().forEach(version -> expected.add(version.fileName()));
        try (var files = Files.list(EventsPage.APPROVED)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    /** Otherwise write it again: {@code EventsPage.main}, in the project's folder with its test classes. */
    @Test
    void page_isWhatTheApprovedFilesAndItsOwnProseMake() throws IOException {
        String page = Files.readString(EventsPage.PAGE);

        assertThat(page).isEqualTo(EventsPage.written(page)).doesNotContain("(say what it means)");
    }

    @Test
    void page_showsEveryEventWithItsApprovedText() throws IOException {
        Pattern section = Pattern.compile("(?ms)^### `([a-z-]+)`$.*?^```json\n(.*?)\n```$");
        Matcher sections = section.matcher(Files.readString(EventsPage.PAGE));
        List<String> shown = new ArrayList<>();
        while (sections.find()) {
            String name = sections.group(1);
            sections.group(2).lines().forEach(example -> shown.add(name + " " + example));
        }
        List<String> expected = new ArrayList<>();
        for (Version version : versions()) {
            expected.add(version.name().text() + " " + approved(version));
        }
        assertThat(shown).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void page_showsTheApprovedLine() throws IOException {
        assertThat(Files.readString(EventsPage.PAGE)).contains("```json\n" + approved("line.json") + "\n```");
    }

    private static String approved(Version version) throws IOException {
        return approved(version.fileName());
    }

    private static String approved(String fileName) throws IOException {
        return Files.readString(EventsPage.APPROVED.resolve(fileName)).stripTrailing();
    }
}
