package ctl.vm.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ctl.vm.child.Children;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names on disk are bytes, and need not be text. */
class NativePathTest {

    @TempDir
    private Path folder;

    @Test
    void namesThatAreNoText_areShownApart() throws Exception {
        assumeTrue(StandardCharsets.UTF_8.name().equals(System.getProperty("sun.jnu.encoding")), "names are not UTF-8");
        Children.start(new ProcessBuilder("bash", "-c", "touch a$'\\xff'b a$'\\xfe'b $'\\xc3\\xa4\\xe2\\x82' plain")
                .directory(folder.toFile())).waitFor();

        try (var files = Files.list(folder)) {
            List<String> names = files.map(NativePath::name).sorted().toList();
            assertThat(names).containsExactly(
                    "a\ufffd\\xfeb", "a\ufffd\\xffb", "plain", "\u00e4\ufffd\\xe2\ufffd\\x82");
        }
    }
}
