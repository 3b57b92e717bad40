package ctl.vm.journal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.Request;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class EventNameTest {

    @Test
    void samples_holdEveryEvent() {
        assertThat(Samples.events().values().stream().map(Object::getClass).collect(Collectors.toSet()))
                .isEqualTo(Set.of(Event.class.getPermittedSubclasses()));
    }

    @Test
    void samples_holdEveryRequest() {
        assertThat(Samples.events().values().stream()
                .filter(Event.OperationStarted.class::isInstance)
                .map(event -> ((Event.OperationStarted) event).request().getClass())
                .collect(Collectors.toSet()))
                .isEqualTo(Set.of(Request.class.getPermittedSubclasses()));
    }

    @Test
    void of_eachSample_isItsNameInTheNewestVersion() {
        Samples.events().forEach((version, event) -> {
            assertThat(EventName.of(event)).isEqualTo(version.name());
            assertThat(EventName.of(event).version()).isGreaterThanOrEqualTo(version.number());
        });
    }

    @Test
    void named_textAndVersion_isTheName() {
        for (Samples.Version version : Samples.Version.all()) {
            assertThat(EventName.named(version.name().text(), version.number())).isEqualTo(version.name());
        }
    }

    @Test
    void named_whatNobodyKnows_isRefused() {
        assertThatThrownBy(() -> EventName.named("vm-painted", 1))
                .isInstanceOf(UnknownEvent.class)
                .hasMessage("vm-painted version 1");
        assertThatThrownBy(() -> EventName.named("vm-found", 99)).isInstanceOf(UnknownEvent.class);
        assertThatThrownBy(() -> EventName.named("vm-found", 6)).isInstanceOf(UnknownEvent.class);
        assertThatThrownBy(() -> EventName.named("vm-found", 0)).isInstanceOf(UnknownEvent.class);
    }

    @Test
    void names_areDifferent() {
        assertThat(Arrays.stream(EventName.values()).map(EventName::text))
                .doesNotHaveDuplicates();
    }
}
