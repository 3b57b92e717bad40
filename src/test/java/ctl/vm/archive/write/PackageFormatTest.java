package ctl.vm.archive.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.problem.Misuse;
import ctl.vm.problem.VmException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackageFormatTest {

    @ParameterizedTest
    @CsvSource({"MyBox.tar.gz,TAR_GZ", "/a/b/MyBox.tgz,TAR_GZ", "My.Box.tar,TAR", "My.Box.tar.zst,TAR_ZST",
        "/b/MyBox.tzst,TAR_ZST"})
    void knownEnding_isAFormat(Path file, PackageFormat format) {
        assertThat(PackageFormat.of(file)).isEqualTo(format);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MyBox", "MyBox.gz", "MyBox.tar.xz", "MyBox.tar.gz/MyBox", "MyBoxtgz"})
    void unknownEnding_isMisuse(Path file) {
        assertThatThrownBy(() -> PackageFormat.of(file))
                .isInstanceOfSatisfying(VmException.class, refused -> assertThat(refused.problem())
                        .isEqualTo(new Misuse.UnknownPackageEnding(file)));
    }
}
