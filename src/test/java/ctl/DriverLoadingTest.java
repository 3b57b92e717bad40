package ctl;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.child.Children;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A root without a team, whose journal is in its folder, pays nothing for servers. */
class DriverLoadingTest {

    @TempDir
    private Path root;

    @Test
    void commands_withoutAServer_loadNoClassOfTheDriver() throws Exception {
        assertThat(driverClasses(0, "create", "MyBox", "1M")).isEmpty();
        assertThat(driverClasses(0, "list")).isEmpty();
        assertThat(driverClasses(0, "audit")).isEmpty();
        assertThat(driverClasses(6, "journal", "move", "postgresql://a@127.0.0.1:1/none")).isNotEmpty();
    }

    private List<String> driverClasses(int exit, String... arguments) throws Exception {
        Path log = root.resolve("classes.log");
        List<String> line = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(), "--enable-native-access=ALL-UNNAMED",
                "-Xlog:class+load:file=" + log, "-cp", System.getProperty("java.class.path"), "ctl.Main", "vm"));
        line.addAll(List.of(arguments));
        var builder = new ProcessBuilder(line).redirectErrorStream(true)
                .redirectOutput(root.resolve("output").toFile());
        builder.environment().put("CTL_ROOT", Files.createDirectories(root.resolve("root")).toString());
        assertThat(Children.start(builder).waitFor()).as(Files.readString(root.resolve("output"))).isEqualTo(exit);
        return Files.readAllLines(log).stream().filter(loaded -> loaded.contains(" org.postgresql.")).toList();
    }
}
