package ctl;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.FileId;
import ctl.vm.inventory.value.VmName;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the build makes of switches over types and of records, so that no start has to link them. */
class PlainCodeTest {

    private static final Path CLASSES = Path.of("target/classes");

    @Test
    void compiledClasses_leaveNoSwitchOverTypesAndNoComparisonToBeLinked() throws IOException {
        try (Stream<Path> files = Files.walk(CLASSES)) {
            List<Path> classes = files.filter(file -> file.toString().endsWith(".class")).toList();
            assertThat(classes).hasSizeGreaterThan(300).allSatisfy(file -> assertThat(linkedLater(file)).isEmpty());
        }
    }

    private static List<String> linkedLater(Path file) throws IOException {
        ClassModel model = ClassFile.of().parse(file);
        return model.methods().stream()
                .flatMap(method -> method.code().stream())
                .flatMap(code -> code.elementStream())
                .filter(element -> element instanceof InvokeDynamicInstruction call && isLinkedLater(call))
                .map(Object::toString)
                .toList();
    }

    private static boolean isLinkedLater(InvokeDynamicInstruction call) {
        return call.bootstrapMethod().methodName().equals("typeSwitch")
                && call.bootstrapArgs().stream().allMatch(label -> label instanceof ClassDesc)
                || Set.of("equals", "hashCode").contains(call.name().stringValue())
                        && call.bootstrapMethod().owner().displayName().equals("ObjectMethods");
    }

    @Test
    void records_areEqualWhereAllComponentsAre() {
        FileId one = new FileId(1, 1L << 40);

        assertThat(one).isEqualTo(new FileId(1, 1L << 40)).hasSameHashCodeAs(new FileId(1, 1L << 40));
        assertThat(one).isNotEqualTo(new FileId(2, 1L << 40)).isNotEqualTo(new FileId(1, 0)).isNotEqualTo("1");
        assertThat(one.equals(null)).isFalse();
        assertThat(new ByteCount(7).hashCode()).isNotEqualTo(new ByteCount(8).hashCode());
    }

    @Test
    void recordsWithOptionals_areEqualWhereTheseAre() {
        VmName box = new VmName("Box");

        assertThat(new Event.VmVanished(box, Optional.empty())).isEqualTo(new Event.VmVanished(new VmName("Box")));
        assertThat(new Event.VmVanished(box)).isNotEqualTo(new Event.VmVanished(new VmName("Two")));
    }
}
