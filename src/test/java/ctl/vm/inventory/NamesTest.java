package ctl.vm.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Suggestions;
import ctl.vm.problem.VmException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

    @ParameterizedTest
    @ValueSource(strings = {"MyBox", "asdf\u00f6lkj", "a b", "disk.s2e", "x.y", "\u6f22\u5b57", "'\"$&;", "..."})
    void snapshotName_ofAnyLetters_isKeptAsItIs(String name) {
        assertThat(new SnapshotName(name).text()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", ".hidden", "-f", "a/b", "a:b", "a\nb", "\u001b[31m", "a\u0000b", "a\u2028b",
        "\ufffd", "\ud800"})
    void vmName_thatCouldHarmOrConfuse_isRefused(String name) {
        var refused = catchThrowableOfType(VmException.class, () -> new VmName(name));

        assertThat(refused.problem()).isInstanceOf(Misuse.BadName.class);
        assertThat(refused.problem().exitCode()).isEqualTo(2);
    }

    @Test
    void vmName_of255Bytes_isTheLongest() {
        assertThat(VmName.of("a".repeat(255))).isPresent();
        assertThat(VmName.of("a".repeat(256))).isEmpty();
        assertThat(VmName.of("\u00f6".repeat(128))).as("two bytes a letter").isEmpty();
    }

    @Test
    void snapshotName_mustFitBehindDiskS2e() {
        assertThat(SnapshotName.of("a".repeat(246))).isPresent();
        assertThat(SnapshotName.of("a".repeat(247))).isEmpty();
    }

    @Test
    void imageName_ofFile_isItsInverse() {
        for (String fileName : List.of("disk.s2e", "disk.s2e.ready", "disk.s2e.a.b", "disk.s2e.-x")) {
            assertThat(ImageName.ofFile(fileName).map(ImageName::fileName)).contains(fileName);
        }
        for (String fileName : List.of("disk.s2", "disk.s2e.", "disk.s2eX", "notes.txt", "Disk.s2e")) {
            assertThat(ImageName.ofFile(fileName)).isEmpty();
        }
    }

    @Test
    void nearest_ofASlip_isFoundAndOfAStrangerIsNot() {
        assertThat(Suggestions.to("mybox", List.of("Other", "MyBox"))).isEqualTo(Optional.of("MyBox"));
        assertThat(Suggestions.to("MyBo", List.of("Other", "MyBox"))).isEqualTo(Optional.of("MyBox"));
        assertThat(Suggestions.to("lsit", List.of("Other", "list"))).isEqualTo(Optional.of("list"));
        assertThat(Suggestions.to("ready", List.of("Other", "MyBox"))).isEmpty();
        assertThat(Suggestions.to("W", List.of("A", "B2"))).isEmpty();
        assertThat(Suggestions.to("w", List.of("A", "W"))).isEqualTo(Optional.of("W"));
    }
}
