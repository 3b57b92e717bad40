package ctl;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.linux.LinuxCall;
import ctl.vm.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.Test;

/**
 * The architecture as a test: which package may use which, who may change the disk, and who may end the program.
 *
 * <p>It reads the compiled classes, where nothing can hide: an import, a fully qualified name, an inferred type and a
 * method reference all end up in the constant pool.
 */
class LayersTest {

    private static final Path SOURCES = Path.of("src/main/java");
    private static final Path CLASSES = Path.of("target/classes");

    /** From top to bottom: a layer uses only layers below it. {@code ctl.Program} wires all of them and is none. */
    private static final List<Layer> LAYERS = List.of(
            new Layer("cli",
                    Set.of("cli.problem", "cli.journal", "cli.team", "cli.command", "cli.question", "cli.console",
                            "cli.output",
                            "commandline",
                            "operation.query",
                            "operation", "team", "inventory", "inventory.value", "inventory.drift", "problem"),
                    "the command line as a whole: which commands there are, and how a shell completes them"),
            new Layer("cli.team",
                    Set.of("cli.problem", "cli.command", "cli.view", "cli.console", "cli.output", "commandline",
                            "operation.run", "operation.query", "operation", "team", "inventory", "inventory.audit",
                            "inventory.value", "problem"),
                    "one command with several actions: each parses, does one thing and prints"),
            new Layer("cli.journal",
                    Set.of("cli.command", "cli.console", "cli.output", "commandline", "reconcile", "inventory.audit",
                            "inventory.value"),
                    "a command parses, runs one operation and prints: what it did by itself would be in no journal"),
            new Layer("cli.command",
                    Set.of("cli.problem", "cli.question", "cli.view", "cli.console", "cli.output", "commandline",
                            "reconcile",
                            "operation.run",
                            "operation.query", "operation", "team", "inventory", "inventory.audit", "inventory.drift",
                            "inventory.value",
                            "problem"),
                    "a command parses, runs one operation and prints: what it did by itself would be in no journal"),
            new Layer("cli.question",
                    Set.of("cli.view", "cli.console", "cli.output", "commandline", "operation.query", "team",
                            "inventory", "inventory.audit", "inventory.drift", "inventory.value", "problem"),
                    "a question to the team's server reads its answer from there alone: no root is opened"),
            new Layer("cli.view",
                    Set.of("cli.problem", "cli.console", "cli.output", "commandline", "reconcile", "operation.query",
                            "operation", "team",
                            "inventory", "inventory.audit", "inventory.drift", "inventory.value", "problem"),
                    "text and JSON are made from values: nothing is looked up while printing"),
            new Layer("cli.console",
                    Set.of("cli.problem", "cli.output", "commandline", "reconcile", "operation.run", "operation.query",
                            "operation", "team", "inventory", "inventory.audit", "inventory.drift", "inventory.value",
                            "problem"),
                    "one object owns the screen, and one what a command works with"),
            new Layer("cli.output",
                    Set.of("commandline", "reconcile", "operation.query", "inventory", "inventory.audit",
                            "inventory.drift", "inventory.value", "problem"),
                    "a table or a line of JSON is the same whatever stands in it"),
            new Layer("cli.problem", Set.of("problem"),
                    "what a user reads about a failure stands in one place, and is made from the failure alone"),
            new Layer("reconcile",
                    Set.of("inventory.recognition", "operation.run", "operation.query", "operation", "journal",
                            "journal.repair", "store",
                            "archive", "inventory", "inventory.audit", "inventory.drift", "inventory.value", "problem"),
                    "recovery runs the operations that users run: there is no second code path"),
            new Layer("operation.run",
                    Set.of("operation.plan", "operation.query", "operation", "journal", "store", "archive",
                            "inventory", "inventory.audit", "inventory.value", "problem"),
                    "starting, resuming and cleaning up are the same for every operation"),
            new Layer("operation.plan",
                    Set.of("operation.query", "operation", "journal", "store", "archive", "archive.read",
                            "archive.write", "archive.disk", "inventory", "inventory.audit", "inventory.drift",
                            "inventory.value",
                            "problem"),
                    "an operation says in which order things happen; how a file becomes durable is for the store"),
            new Layer("operation.query",
                    Set.of("operation", "journal", "store", "archive", "archive.read", "inventory", "inventory.audit",
                            "inventory.drift", "inventory.value", "problem"),
                    "a question changes nothing"),
            new Layer("operation",
                    Set.of("inventory.recognition", "journal", "store", "archive", "linux", "inventory",
                            "inventory.value", "problem"),
                    "what every operation works with, and nothing of any one of them"),
            new Layer("journal.repair",
                    Set.of("journal.postgres", "inventory.recognition", "journal.engine", "journal.listing",
                            "journal.mirror", "journal.sql", "journal.file",
                            "journal.chain", "journal.json", "journal", "durable", "inventory", "inventory.audit",
                            "inventory.drift",
                            "inventory.value", "problem"),
                    "checking and repairing looks into every file of the journal"),
            new Layer("team",
                    Set.of("postgres", "journal.sql", "journal.chain", "journal.json", "journal.mirror", "journal.file",
                            "journal", "durable", "inventory", "inventory.audit", "inventory.drift",
                            "inventory.value", "problem"),
                    "a copy of many journals on a server: it decides nothing, and no root depends on it"),
            new Layer("journal.postgres",
                    Set.of("postgres", "journal.engine", "journal.mirror", "journal.sql", "journal.file",
                            "journal.chain", "journal.json", "journal", "durable", "inventory", "inventory.value",
                            "problem"),
                    "a server as the authority of one root; what the rows mean is for journal.sql"),
            new Layer("journal.h2",
                    Set.of("journal.engine", "journal.listing", "journal.mirror", "journal.sql", "journal.file",
                            "journal.chain",
                            "journal", "durable", "inventory", "inventory.value", "problem"),
                    "a database engine: opening, locking and durability; what the rows mean is for journal.sql"),
            new Layer("journal.engine",
                    Set.of("inventory.recognition", "journal.listing", "journal.mirror", "journal.sql", "journal.file",
                            "journal.chain", "journal.json", "journal", "durable", "inventory", "inventory.audit",
                            "inventory.value", "problem"),
                    "in which order an event becomes durable is the same whichever database has it"),
            new Layer("journal.listing",
                    Set.of("journal.mirror", "journal.sql", "journal.file", "journal.chain", "journal.json",
                            "journal", "durable", "inventory", "inventory.audit", "inventory.value", "problem"),
                    "a listing is read without any database"),
            new Layer("journal.mirror", Set.of("journal.file", "journal.chain", "journal.json", "journal", "durable",
                    "inventory", "inventory.audit", "inventory.value", "problem"),
                    "the mirror is readable when no database is"),
            new Layer("journal.sql",
                    Set.of("journal.chain", "journal.json", "journal", "inventory", "inventory.audit",
                            "inventory.value",
                            "problem"),
                    "tables and queries in the SQL that several engines share: no engine's name stands here"),
            new Layer("journal.file", Set.of("journal", "durable", "linux", "inventory.value", "problem"),
                    "how the journal's own files are opened, locked and kept private"),
            new Layer("journal.chain",
                    Set.of("journal.json", "inventory", "inventory.audit", "inventory.value", "problem"),
                    "events as they are stored, and the hash chain through them"),
            new Layer("journal.json", Set.of("inventory", "inventory.audit", "inventory.value", "problem"),
                    "how a value is written never depends on where it is written to"),
            new Layer("journal",
                    Set.of("inventory.recognition", "inventory", "inventory.audit", "inventory.value", "problem"),
                    "the port: the journal must be readable and writable whatever state the vm folder is in"),
            new Layer("store",
                    Set.of("process", "durable", "linux", "inventory", "inventory.drift", "inventory.value", "problem"),
                    "the store does what it is asked to: it neither decides nor records"),
            new Layer("archive",
                    Set.of("archive.read", "archive.write", "archive.disk", "archive.member", "compression", "durable",
                            "process", "inventory", "inventory.value", "problem"),
                    "a package is a stream of members: it knows no VM folder"),
            new Layer("archive.read",
                    Set.of("archive.tar", "archive.gzip", "archive.zstd", "archive.xz", "archive.bzip2", "archive.lz4",
                            "archive.member", "compression", "durable", "inventory", "inventory.value", "problem"),
                    "reading trusts nothing, and needs nothing that writes"),
            new Layer("archive.disk",
                    Set.of("archive.tar", "archive.member", "durable", "process", "inventory.value", "problem"),
                    "a disk image of another program is checked before that program sees it"),
            new Layer("archive.write",
                    Set.of("archive.tar", "archive.gzip", "archive.zstd", "archive.member", "compression",
                            "durable", "process", "inventory", "inventory.value", "problem"),
                    "writing needs nothing that reads"),
            new Layer("archive.tar",
                    Set.of("archive.member", "durable", "inventory.value", "problem"),
                    "tar headers and sparse maps, whatever compresses them"),
            new Layer("archive.gzip", Set.of("archive.member", "compression", "inventory.value", "problem"),
                    "a gzip member is written and read by the same description of it"),
            new Layer("archive.zstd", Set.of("archive.member", "compression", "inventory.value", "problem"),
                    "a zstd frame is written and read by the same description of it"),
            new Layer("archive.xz", Set.of("archive.member", "compression", "inventory.value", "problem"),
                    "what LZMA compresses, in the containers of xz, lzip and lzma"),
            new Layer("archive.bzip2", Set.of("archive.member", "compression"), "bzip2 is only read, and knows no tar"),
            new Layer("archive.lz4", Set.of("archive.member", "compression"), "lz4 is only read, and knows no tar"),
            new Layer("archive.member", Set.of("compression", "durable", "inventory", "inventory.value", "problem"),
                    "members are the same to those that read and those that write, of whatever format"),
            new Layer("postgres", Set.of("process", "problem"),
                    "how a server is found, logged in to, and what its refusals mean, whatever is asked of it"),
            new Layer("commandline", Set.of("problem"),
                    "what can be typed is a value: help, completion and parsing read the same one"),
            new Layer("inventory.recognition", Set.of("inventory", "inventory.audit", "inventory.value", "problem"),
                    "what an image holds is decided from values that were read before"),
            new Layer("inventory.drift", Set.of("inventory", "inventory.value", "problem"),
                    "folder against journal, as values: no disk, no clock"),
            new Layer("inventory.audit", Set.of("inventory", "inventory.value", "problem"),
                    "what is asked of the history, as values"),
            new Layer("inventory", Set.of("inventory.value", "problem"),
                    "events, states and rules are pure: no disk, no clock, nothing to set up in a test"),
            new Layer("inventory.value", Set.of("problem"),
                    "names, sizes and digests, which everyone shares"),
            new Layer("durable", Set.of("process", "linux", "problem"),
                    "the acts that crash safety rests on can be judged without knowing what they are used for"),
            new Layer("process", Set.of("linux", "problem"),
                    "what the kernel says about processes has nothing to do with the files of an inventory"),
            new Layer("linux", Set.of("problem"),
                    "a system call and its error number are the same whatever is done with them"),
            new Layer("compression", Set.of(),
                    "blocks of bytes are compressed alike, whatever they are part of"),
            new Layer("problem", Set.of(),
                    "everyone may report a problem, so it may pull in nobody"));

    /**
     * Ways to change a file behind the back of {@code durable}, whose disk is the one that tests take the power from.
     */
    private static final List<Call> DISK_CHANGES = List.of(
            new Call("java/nio/file/Files", "write|move|delete|copy|create|set|newOutputStream|newBufferedWriter"),
            new Call("java/nio/channels/FileChannel", "open"),
            new Call("java/nio/channels/AsynchronousFileChannel", "open"),
            new Call("java/io/FileOutputStream", "<init>"),
            new Call("java/io/FileWriter", "<init>"),
            new Call("java/io/RandomAccessFile", "<init>"),
            new Call("java/io/File", "delete|renameTo|mkdir|create|set"));

    private static final Set<String> DISK_CHANGERS = Set.of("ctl.vm.durable");

    private static final List<Call> SYSTEM_CALLS = List.of(
            new Call("ctl/vm/linux/LinuxCall", "make"),
            new Call("ctl/vm/linux/Descriptor", "make|require|during"));

    private static final Set<String> SYSTEM_CALLERS = Set.of("ctl.vm.linux", "ctl.vm.durable", "ctl.vm.process");

    /** A command or an option of ours, but none of cpio, zstd, setpriv or qemu-img. */
    private static final Pattern OPTION = Pattern
            .compile("\"ctl vm |(^|[ (\"])--(?!to-stdout|long=|pdeathsig|output=json)[a-z]");

    private static final Pattern ENGINES = Pattern.compile("^L?(org/(?:h2|postgresql)/[\\w/$]+)");

    /** The team's are there because it has one engine alone. */
    private static final String ENGINE_PACKAGES = "ctl\\.vm\\.(journal\\.(h2|postgres)|postgres|team)";

    private static final List<Call> EXITS = List.of(
            new Call("java/lang/System", "exit"),
            new Call("java/lang/Runtime", "exit|halt"));

    @Test
    void table_readFromTopToBottom_onlyPointsDown() {
        Set<String> below = new HashSet<>();
        for (Layer layer : LAYERS.reversed()) {
            assertThat(below).as("what stands below %s", layer.name()).containsAll(layer.mayUse());
            below.add(layer.name());
        }
    }

    @Test
    void table_names_areNounsOfTheDomain() {
        assertThat(LAYERS).extracting(Layer::name).doesNotContain("util", "common", "impl");
    }

    @Test
    void packages_inTheSources_areThoseOfTheTable() {
        Set<String> known = new TreeSet<>(Set.of("ctl"));
        LAYERS.forEach(layer -> known.add(layer.packageName()));
        assertThat(known)
                .as("packages: a new one needs a row and a reason in the table of LayersTest and in the design")
                .containsAll(sourcePackages());
    }

    @Test
    void packages_all_sayWhatTheyAre() {
        assertThat(sourcePackages())
                .allSatisfy(name -> assertThat(folderOf(name).resolve("package-info.java")).exists());
    }

    @Test
    void layers_useOnlyWhatTheTableAllows() {
        assertThat(violations(LayersTest::layering)).isEmpty();
    }

    @Test
    void disk_isChangedOnlyByDurable() {
        assertThat(violations(LayersTest::diskChanges)).isEmpty();
    }

    @Test
    void linux_isCalledOnlyByDurableAndByProcess() {
        assertThat(violations(LayersTest::systemCalls)).isEmpty();
    }

    @Test
    void commandsAndOptions_areNamedOnlyByTheCommandLine() {
        assertThat(violations(LayersTest::namedOptions)).isEmpty();
    }

    /** What differs between engines stands where they are opened: tables and queries are the same for all. */
    @Test
    void engines_areUsedByNameOnlyWhereTheyAreOpened() {
        assertThat(violations(LayersTest::engines)).isEmpty();
    }

    @Test
    void program_isEndedOnlyByMain() {
        assertThat(violations(LayersTest::exits)).isEmpty();
    }

    @Test
    void checks_overAnOffender_findAllItsOffences() {
        Subject offender = offenderIn("ctl.vm.durable");
        assertThat(layering(offenderIn("ctl.vm.compression"))).hasSize(2).allSatisfy(line -> assertThat(line)
                .contains("Offender", "whatever they are part of"))
                .anySatisfy(line -> assertThat(line).contains("ctl.vm.problem.Problem"));
        assertThat(systemCalls(offender)).as("durable may make system calls").isEmpty();
        assertThat(systemCalls(offenderIn("ctl.vm.store"))).singleElement().asString()
                .contains("Offender", "LinuxCall.make");
        assertThat(namedOptions(offender)).singleElement().asString().contains("Offender", "--force");
        assertThat(engines(offenderIn("ctl.vm.journal.h2"))).as("its package may use H2").isEmpty();
        assertThat(engines(offenderIn("ctl.vm.journal.sql"))).singleElement().asString()
                .contains("Offender", "org/h2/Driver");
        assertThat(exits(offender)).singleElement().asString().contains("Offender", "System.exit");
        assertThat(diskChanges(offender)).as("durable may change the disk").isEmpty();
        assertThat(diskChanges(offenderIn("ctl.vm.inventory"))).hasSize(3)
                .anySatisfy(line -> assertThat(line).contains("Files.deleteIfExists"))
                .anySatisfy(line -> assertThat(line).contains("Files.createTempFile"))
                .anySatisfy(line -> assertThat(line).contains("FileOutputStream.<init>"));
        assertThat(layering(offenderIn("ctl.vm.elsewhere"))).as("a package outside the table").isNotEmpty();
    }

    private static Stream<String> violationsOf(Subject subject, List<Call> forbidden, String rule) {
        return subject.calls(forbidden).map(call -> "%s calls %s: %s".formatted(subject.name(), call, rule));
    }

    private static List<String> layering(Subject subject) {
        if (subject.packageName().equals("ctl")) {
            return List.of();
        }
        Optional<Layer> layer = LAYERS.stream().filter(l -> l.packageName().equals(subject.packageName())).findAny();
        if (layer.isEmpty()) {
            return List.of("%s stands in a package that is not in the table".formatted(subject.name()));
        }
        return subject.usedOfOurs()
                .filter(used -> !layer.get().allows(packageOf(used)))
                .map(used -> "%s uses %s: %s".formatted(subject.name(), used, layer.get().rule()))
                .toList();
    }

    private static List<String> diskChanges(Subject subject) {
        if (DISK_CHANGERS.contains(subject.packageName())) {
            return List.of();
        }
        return violationsOf(subject, DISK_CHANGES, "only durable changes the disk, so that tests can take its power")
                .toList();
    }

    private static List<String> systemCalls(Subject subject) {
        if (SYSTEM_CALLERS.contains(subject.packageName())) {
            return List.of();
        }
        return violationsOf(subject, SYSTEM_CALLS, "others ask durable or process, which say what a call is for")
                .toList();
    }

    private static List<String> namedOptions(Subject subject) {
        if (subject.packageName().matches("ctl|ctl\\.vm\\.(cli(\\..*)?|commandline)")) {
            return List.of();
        }
        return subject.texts()
                .filter(text -> OPTION.matcher(text).find())
                .map(text -> "%s says '%s': what helps a user to go on is for the command line to say"
                        .formatted(subject.name(), text))
                .toList();
    }

    private static List<String> engines(Subject subject) {
        return subject.packageName().matches(ENGINE_PACKAGES)
                ? List.of()
                : subject.usedOf(ENGINES).map(used -> "%s uses %s: only packages of an engine may".formatted(
                        subject.name(), used)).toList();
    }

    private static List<String> exits(Subject subject) {
        if (subject.name().equals("ctl.Main")) {
            return List.of();
        }
        return violationsOf(subject, EXITS, "only Main ends the program; everyone else returns or throws").toList();
    }

    private static List<String> violations(Function<Subject, List<String>> check) {
        try (Stream<Path> files = Files.walk(CLASSES)) {
            List<Subject> subjects = files
                    .filter(file -> file.toString().endsWith(".class"))
                    .map(Subject::read)
                    .toList();
            assertThat(subjects).as("classes in %s", CLASSES).isNotEmpty();
            return subjects.stream().flatMap(subject -> check.apply(subject).stream()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> sourcePackages() {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            Set<String> packages = new TreeSet<>();
            files.filter(file -> file.toString().endsWith(".java"))
                    .forEach(file -> packages.add(SOURCES.relativize(file.getParent()).toString().replace('/', '.')));
            return packages;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path folderOf(String packageName) {
        return SOURCES.resolve(packageName.replace('.', '/'));
    }

    private static String packageOf(String className) {
        return className.substring(0, className.lastIndexOf('.'));
    }

    private static Subject offenderIn(String packageName) {
        try (InputStream bytes = LayersTest.class.getResourceAsStream("LayersTest$Offender.class")) {
            return new Subject(packageName, "Offender", ClassFile.of().parse(bytes.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One row of the table: a package below {@code ctl.vm}, those beside it that it may use, and why no others. */
    private record Layer(String name, Set<String> mayUse, String reason) {

        String packageName() {
            return "ctl.vm." + name;
        }

        boolean allows(String usedPackage) {
            return usedPackage.equals(packageName())
                    || mayUse.stream().anyMatch(lower -> usedPackage.equals("ctl.vm." + lower));
        }

        String rule() {
            return "%s may use only %s, because %s".formatted(name, new TreeSet<>(mayUse), reason);
        }
    }

    /** Methods of one class of the JDK: those whose name begins like one of the alternatives. */
    private record Call(String owner, String names) {

        boolean matches(MemberRefEntry member) {
            return member.owner().asInternalName().equals(owner)
                    && Pattern.compile(names).matcher(member.name().stringValue()).lookingAt();
        }
    }

    /** A compiled class, and the package whose rules it has to follow. */
    private record Subject(String packageName, String simpleName, ClassModel model) {

        private static final Pattern OURS = Pattern.compile("(?<![\\w/])L?(ctl(?:/\\w+)*/[\\w$]+)");

        static Subject read(Path file) {
            try {
                ClassModel model = ClassFile.of().parse(file);
                String name = model.thisClass().asInternalName().replace('/', '.');
                return new Subject(packageOf(name), name.substring(name.lastIndexOf('.') + 1), model);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String name() {
            return packageName + "." + simpleName;
        }

        Stream<String> calls(List<Call> wanted) {
            return entries(MemberRefEntry.class)
                    .filter(member -> wanted.stream().anyMatch(call -> call.matches(member)))
                    .map(member -> simple(member.owner().asInternalName()) + "." + member.name().stringValue())
                    .distinct();
        }

        /** Every class of ours named as a class, in a descriptor, a signature or an annotation; no text literals. */
        Stream<String> usedOfOurs() {
            Set<String> literals = new HashSet<>();
            entries(StringEntry.class).forEach(entry -> literals.add(entry.stringValue()));
            String self = model.thisClass().asInternalName();
            return entries(Utf8Entry.class)
                    .map(Utf8Entry::stringValue)
                    .filter(text -> !literals.contains(text))
                    .flatMap(text -> OURS.matcher(text).results().map(found -> found.group(1)))
                    .filter(used -> !used.equals(self) && !self.startsWith(used + "$"))
                    .map(used -> used.replace('/', '.'))
                    .distinct();
        }

        Stream<String> usedOf(Pattern classes) {
            return entries(Utf8Entry.class)
                    .flatMap(entry -> classes.matcher(entry.stringValue()).results().map(found -> found.group(1)))
                    .distinct();
        }

        Stream<String> texts() {
            return entries(StringEntry.class).map(StringEntry::stringValue);
        }

        private <E> Stream<E> entries(Class<E> kind) {
            return Stream.iterate(1, index -> index < model.constantPool().size(),
                    index -> index + model.constantPool().entryByIndex(index).width())
                    .map(index -> (Object) model.constantPool().entryByIndex(index))
                    .filter(kind::isInstance)
                    .map(kind::cast);
        }

        private static String simple(String internalName) {
            return internalName.substring(internalName.lastIndexOf('/') + 1);
        }
    }

    /** Breaks every rule there is, one of them only through a method reference. Never run: its class file is read. */
    @SuppressWarnings("unused")
    private static final class Offender {

        private List<Problem> problems;

        void offend(Path file) throws IOException {
            Files.createTempFile("offence", null);
            new java.io.FileOutputStream(file.toFile()).close();
            ThrowingConsumer<Path> act = Files::deleteIfExists;
            LinuxCall.UMASK.make("add --force".length());
            new org.h2.Driver();
            System.exit(1);
        }
    }
}
