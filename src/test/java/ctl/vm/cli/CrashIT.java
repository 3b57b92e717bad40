package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a bug of ours looks like to a user. One method of the program is made to throw, in each layer: a class that
 * stands before the jar on the class path takes the place of the right one, in which {@link PlantedBug#meet} is called
 * first.
 */
@Order(1)
class CrashIT {

    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final ClassDesc BUG = ClassDesc.of(PlantedBug.class.getName());

    @TempDir
    private Path folder;

    private Program program;
    private InProcess inProcess;
    private Path temporary;

    @BeforeEach
    void prepare() throws IOException {
        program = new Program(folder).with("LC_ALL", "C.UTF-8");
        inProcess = new InProcess(program);
        temporary = Files.createDirectories(folder.resolve("tmp"));
        inProcess.succeeds("create", "MyBox", "1M");
        program.shell("head -c 300K /dev/urandom >\"$CTL_ROOT/vm/MyBox/disk.s2e\"");
        inProcess.succeeds("reconcile");
        inProcess.succeeds("export", "MyBox");
    }

    /** The command that meets the bug, and what it means for the VMs. The same command then does what was asked for. */
    @ParameterizedTest(name = "{0}.{1}")
    @CsvSource({
        "vm.cli.command.CloneCommand,              run,           clone MyBox Two,           nothing was changed",
        "vm.commandline.Arguments,         one,           clone MyBox Two,           unless \"ctl vm audit",
        "vm.operation.query.Audit,               entries,        audit,                     nothing was changed",
        "vm.operation.plan.Plan,                of,            clone MyBox Two,           unless \"ctl vm audit",
        "vm.operation.plan.NewVmPlan,           publish,       clone MyBox Two,           goes on where it was",
        "vm.reconcile.Reconcile,           record,        reconcile,                 unless \"ctl vm audit",
        "vm.reconcile.Verify,              look,          verify,                    nothing was changed",
        "vm.store.Staging,                 publish,       clone MyBox Two,           goes on where it was",
        "vm.store.Store,                   lookAtAll,     list -l,                   nothing was changed",
        "vm.archive.read.PackageReader,         extract,       import MyBox.tar.gz Two,   goes on where it was",
        "vm.archive.write.PackageWriter,         add,           export MyBox two.tar,      goes on where it was",
        "vm.compression.Compressors,       of,            import MyBox.tar.gz Two,   unless \"ctl vm audit",
        "vm.journal.engine.DatabaseJournal, writeSession,       clone MyBox Two,           unless \"ctl vm audit",
        "vm.journal.engine.DatabaseJournal,     append,        clone MyBox Two,           unless \"ctl vm audit",
        "vm.journal.h2.SchemaWhitelist,  isHarmless,        clone MyBox Two,           unless \"ctl vm audit",
        "vm.journal.file.JournalFolder,  requireReal,       verify,                    nothing was changed",
        "vm.journal.h2.SchemaWhitelist,  isHarmless,        audit,                     nothing was changed",
        "vm.journal.mirror.MirrorState,  between,           clone MyBox Two,           unless \"ctl vm audit",
        "vm.durable.LinuxDisk,             syncFolder,    clone MyBox Two,           unless \"ctl vm audit",
        "vm.durable.LinuxFile,             sync,          clone MyBox Two,           unless \"ctl vm audit",
        "vm.durable.LinuxFile,             setModified,   clone MyBox Two,           goes on where it was",
        "vm.inventory.Rules,               decide,        clone MyBox Two,           unless \"ctl vm audit"})
    void bugInALayer_isOneLineAndAReport_andTheSameCommandGoesOn(String type, String method, String words,
            String meaning)
            throws IOException {
        List<String> command = List.of(words.split(" "));
        Program.Result crashed = crash(type, method, "state", command);

        assertThat(crashed.exit()).as(crashed.err()).isEqualTo(1);
        assertThat(crashed.out()).doesNotContain("Exception");
        Path report = onlyReport(program.root().resolve("journal"));
        String line = lastLine(crashed.err());
        assertThat(line)
                .startsWith(
                        "[FAIL] a bug in ctl vm ended the command: IllegalStateException: planted\\u000ain two lines; ")
                .contains(meaning, "; details are in " + report + ": send that file to the maintainers");
        assertThat(Files.getPosixFilePermissions(report)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.readString(report)).contains("version:  ctl vm ", "java:  ", "system:   Linux", "time:     20",
                "command:  ctl vm " + words, "root:     " + program.root(), "thread:   main",
                "java.lang.IllegalStateException: planted", "\tat ctl." + type + "." + method);

        if (!meaning.equals("nothing was changed")) {
            inProcess.succeeds(command.toArray(String[]::new));
        }
        assertThat(inProcess.succeeds("verify").out()).contains("journal and folder agree");
        assertThat(inProcess.succeeds("operations").out()).isEmpty();
        assertThat(inProcess.succeeds("reconcile", "--dry-run").out()).contains("journal and folder agree");
    }

    @ParameterizedTest
    @CsvSource({
        "assertion, AssertionError: planted",
        "memory, OutOfMemoryError: Java heap space",
        "stack, StackOverflowError",
        "initialiser, ExceptionInInitializerError",
        "thread, IllegalStateException: planted in a thread"})
    void errorOfAnyKind_inAnyThread_isOneLineAndAReport(String bug, String shown) throws IOException {
        Program.Result crashed = crash("vm.store.Staging", "publish", bug, List.of("clone", "MyBox", "Two"));

        assertThat(crashed.exit()).isEqualTo(1);
        assertThat(lastLine(crashed.err())).startsWith("[FAIL] a bug in ctl vm ended the command: " + shown)
                .contains("it goes on where it was");
        assertThat(Files.readString(onlyReport(program.root().resolve("journal"))))
                .contains("\tat ctl.vm.cli.PlantedBug.");
        inProcess.succeeds("clone", "MyBox", "Two");
    }

    @ParameterizedTest
    @CsvSource({
        "vm.cli.console.Terminal,        of",
        "Program,                defaultRoot",
        "vm.commandline.Parser,  parse"})
    void bugBeforeTheRootIsKnown_isReportedInTheFolderForTemporaryFiles(String type, String method) throws IOException {
        Program.Result crashed = crash(type, method, "state", List.of("--root", "/elsewhere", "list"));

        assertThat(crashed.exit()).isEqualTo(1);
        Path report = onlyReport(temporary);
        assertThat(crashed.err()).hasLineCount(1).contains("; nothing was changed; details are in " + report);
        assertThat(Files.getPosixFilePermissions(report)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.readString(report)).contains("root:     not known yet");
    }

    @Test
    void bugInTheConsoleItself_isStillOneLine() throws IOException {
        Program.Result crashed = crash("vm.cli.console.Console", "<init>", "state", List.of("list"));

        assertThat(crashed.exit()).isEqualTo(1);
        assertThat(crashed.out()).isEmpty();
        assertThat(crashed.err()).isEqualTo("[FAIL] a bug in ctl vm ended the command: java.lang.IllegalStateException;"
                + " nothing was changed; tell the maintainers\n");
    }

    @Test
    void bugWithJson_isAnErrorObjectAndNothingElseOnStdout() throws IOException {
        Program.Result crashed = crash("vm.store.Store", "lookAtAll", "state", List.of("list", "--json"));

        assertThat(crashed.exit()).isEqualTo(1);
        assertThat(crashed.err()).isEmpty();
        Path report = onlyReport(program.root().resolve("journal"));
        assertThat(crashed.out()).contains("\"exitCode\":1", "\"crashReport\":\"" + report + "\"");
        assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(SchemaLocation.of(Path.of("docs/schemas/error.schema.json").toUri().toString()))
                .validate(crashed.out(), InputFormat.JSON)).isEmpty();
    }

    @Test
    void bugBehindAPipe_saysThatItBeginsAnew() throws IOException {
        Program.Result crashed = crash(
                "vm.archive.read.PackageReader", "extract", "state", List.of("import", "-", "Two"),
                "work/MyBox.tar.gz");

        assertThat(lastLine(crashed.err())).contains("run the whole pipeline again, it begins anew");
        program.shell("'%s' vm import - Two <MyBox.tar.gz".formatted(Path.of("ctl").toAbsolutePath()));
    }

    @Test
    void bugInTheProgress_endsTheProgressAndNotTheWork() throws IOException {
        Program.Result result = crash("vm.cli.console.ProgressLine", "of", "state",
                List.of("import", "MyBox.tar.gz", "Two"),
                "/dev/null", "-Dctl.terminal=012");

        assertThat(result.exit()).isZero();
        assertThat(result.err()).doesNotContain("[FAIL]", "planted", "%]");
        assertThat(result.out()).contains("extract disk image").contains("clean up");
    }

    @Test
    void journalBehindAPlantedLink_getsNoReport() throws IOException {
        program.shell("mv \"$CTL_ROOT/journal\" journal; ln -s \"$PWD/journal\" \"$CTL_ROOT/journal\"");

        Program.Result crashed = crash("vm.operation.query.ListVms", "run", "state", List.of("list"));

        assertThat(crashed.exit()).isEqualTo(1);
        assertThat(lastLine(crashed.err())).contains("details are in " + onlyReport(temporary));
        assertThat(reports(program.root().resolve("journal"))).as("behind the link").isEmpty();
    }

    private Program.Result crash(String type, String method, String bug, List<String> words, String... more)
            throws IOException {
        Path patch = folder.resolve("patch-" + System.nanoTime());
        plant(patch, "ctl." + type, method);
        List<String> command = new ArrayList<>(
                List.of(System.getProperty("java.home") + "/bin/java", "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1", "-Xmx192m", "--enable-native-access=ALL-UNNAMED",
                        "-Djava.io.tmpdir=" + temporary));
        Stream.of(more).skip(1).forEach(command::add);
        command.addAll(List.of("-cp", patch + ":" + TARGET.resolve("ctl-vm.jar"), "ctl.Main", "vm"));
        command.addAll(words);
        Path input = more.length > 0 ? folder.resolve(more[0]) : Path.of("/dev/null");
        String line = "exec <'%s' '%s'".formatted(input, String.join("' '", command));
        return program.with("PLANTED_BUG", bug).run("", List.of("/bin/bash", "-c", line));
    }

    /** Puts the bug to the beginning of all methods of that name, those of lambdas left out. */
    private static void plant(Path patch, String type, String method) throws IOException {
        Path file = TARGET.resolve("classes").resolve(type.replace('.', '/') + ".class");
        boolean[] planted = new boolean[1];
        CodeTransform bugFirst = new CodeTransform() {
            @Override
            public void atStart(CodeBuilder code) {
                planted[0] = true;
                code.invokestatic(BUG, "meet", MethodTypeDesc.of(ConstantDescs.CD_void));
            }

            @Override
            public void accept(CodeBuilder code, CodeElement element) {
                code.with(element);
            }
        };
        byte[] broken = ClassFile.of().transformClass(ClassFile.of().parse(file),
                ClassTransform.transformingMethodBodies(
                        candidate -> candidate.methodName().equalsString(method), bugFirst));
        assertThat(planted[0]).as("%s.%s", type, method).isTrue();
        write(patch, type, broken);
        for (String own : List.of("", "$Broken")) {
            String name = PlantedBug.class.getName() + own;
            write(patch, name, Files.readAllBytes(
                    TARGET.resolve("test-classes").resolve(name.replace('.', '/') + ".class")));
        }
    }

    private static void write(Path patch, String type, byte[] bytes) throws IOException {
        Path file = patch.resolve(type.replace('.', '/') + ".class");
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private static String lastLine(String err) {
        assertThat(err.lines().filter(line -> line.startsWith("[FAIL]"))).as(err).hasSize(1);
        assertThat(err).doesNotContain("\tat ", "Exception in thread", "Caused by");
        return err.lines().toList().getLast();
    }

    private static Path onlyReport(Path where) throws IOException {
        List<Path> reports = reports(where);
        assertThat(reports).as("reports in %s", where).hasSize(1);
        return reports.getFirst();
    }

    private static List<Path> reports(Path where) throws IOException {
        try (Stream<Path> files = Files.list(where)) {
            return files.filter(file -> file.getFileName().toString().matches("(ctl-vm-)?crash-.*\\.txt")).toList();
        }
    }
}
