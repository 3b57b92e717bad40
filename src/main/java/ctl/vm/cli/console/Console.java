package ctl.vm.cli.console;

import ctl.vm.cli.output.Paragraph;
import ctl.vm.cli.output.TerminalEscaper;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.cli.problem.ProblemText;
import ctl.vm.cli.problem.ShellWord;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.ProgressReporter;
import ctl.vm.operation.RetentionPeriod;
import ctl.vm.operation.query.MeasureUsage;
import ctl.vm.problem.AlreadyThere;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

/**
 * The output layer: status lines, progress and questions. Whatever it prints as a line is made harmless first.
 *
 * <p>Without a terminal stdout is exactly what the manual shows.
 */
public final class Console implements ProgressReporter {

    private static final String BOLD = "\033[1m";
    private static final String GREEN = "\033[32m";
    private static final String YELLOW = "\033[33m";
    private static final String RED = "\033[31m";
    private static final String RESET = "\033[0m";
    private static final String MARGIN = "       ";

    private final Streams streams;
    private final InputStream in;
    private final ProgressDisplay progress;
    private final List<Event.PackageExported> exported = new ArrayList<>();

    private Terminal terminal;
    private Detail detail = Detail.USUAL;

    /** How much is printed beside results, warnings and failures, which are always printed. */
    public enum Detail {
        NOTHING,
        USUAL,
        /** Also how long each step took. */
        ALL
    }

    /** @param nanoTime a clock that never goes back, by which progress is drawn */
    public Console(PrintWriter out, PrintWriter err, InputStream in, Terminal terminal, LongSupplier nanoTime) {
        this.streams = new Streams(out, err, terminal.columns());
        this.in = in;
        this.terminal = terminal;
        this.progress = new ProgressDisplay(streams, this::showsProgress, terminal.columns(), nanoTime);
    }

    /** From now on standard output has nothing but the result, and all else goes to stderr. */
    public void leaveOutputToResult() {
        streams.leaveOutputToResult();
    }

    /**
     * From now on everything goes to stderr.
     *
     * @throws ctl.vm.problem.VmException PackageToTerminal
     */
    public void leaveOutputToPackage() {
        if (terminal.output()) {
            throw new Misuse.PackageToTerminal().thrown();
        }
        streams.leaveOutputToPackage();
    }

    public void show(Detail asked) {
        detail = asked;
    }

    public void colour(Terminal.Colour asked) {
        terminal = terminal.with(asked);
    }

    @Override
    public void info(String line) {
        sayStatus("INFO", BOLD, line);
    }

    @Override
    public void hint(String line) {
        sayAside("INFO", BOLD, line);
    }

    /** What has become free; nothing of what took no space. */
    public void freed(MeasureUsage.Freed freed) {
        boolean isAll = freed.freed().equals(freed.onDisk());
        if (freed.onDisk().equals(ByteCount.ZERO)) {
            return;
        }
        hint("freed " + freed.freed().brief() + (isAll
                ? ""
                : " of " + freed.onDisk().brief()
                        + ": the rest is shared with other files"));
    }

    /** With {@code --verbose} only. */
    @Override
    public void detail(String line) {
        if (detail == Detail.ALL) {
            aside("INFO", BOLD, line);
        }
    }

    @Override
    public void warn(String line) {
        aside("WARN", YELLOW, line);
    }

    @Override
    public void expect(ByteCount bytes) {
        progress.expect(bytes);
    }

    @Override
    public void begin(String name, ByteCount bytes) {
        progress.begin(name, bytes);
    }

    @Override
    public void beginShare(String name) {
        progress.beginShare(name);
    }

    @Override
    public void advance(long bytes) {
        progress.advance(bytes);
    }

    @Override
    public void alreadyDone(long bytes) {
        progress.alreadyDone(bytes);
    }

    @Override
    public void end() {
        ok(progress.step());
        if (detail == Detail.ALL) {
            detail(progress.taken());
            progress.failure().ifPresent(wrong -> detail("progress is no longer drawn: " + wrong));
        }
    }

    @Override
    public void interrupted(OpenOperation operation, Problem why) {
        if (why instanceof AlreadyThere.TakenMeanwhile) {
            // What is kept, and how it goes on, is said by the failure.
            return;
        }
        boolean beginsAnew = operation.staged().isEmpty()
                && operation.request() instanceof Request.Export export && export.isQcow2();
        hint("%s, or give up with \"ctl vm abandon %s\"".formatted(
                beginsAnew
                        ? "part of a qcow2 image is of no use: run the same command again to begin anew"
                        : "what is done so far is kept: %s to go on".formatted(operation.request().isPiped()
                                ? "type \"ctl vm resume %s\"".formatted(operation.id())
                                : "run the same command again"),
                operation.id()));
    }

    @Override
    public void wholeBefore(OpenOperation operation) {
        hint("an earlier %s is whole and kept: \"ctl vm resume %s\" goes on with it, \"ctl vm abandon %s\" gives it up"
                .formatted(operation.request().describe(), operation.id(), operation.id()));
    }

    @Override
    public void replaced(VmName vm, RetentionPeriod kept) {
        hint("\"ctl vm undelete %s --as NEWNAME\" brings the replaced VM back within the next %s"
                .formatted(ShellWord.of(vm.text()), TimeFormat.span(kept.time())));
    }

    @Override
    public void replaced(Path file, RetentionPeriod kept) {
        hint("\"ctl vm undelete %s --as NEWFILE\" brings the replaced package back within the next %s"
                .formatted(ShellWord.of(file.toString()), TimeFormat.span(kept.time())));
    }

    @Override
    public void exported(Event.PackageExported made) {
        exported.add(made);
        made.sha256().ifPresent(digest -> detail("sha256 %s  %s".formatted(digest, made.file())));
    }

    /** The packages that were made by this run of the program. */
    public List<Event.PackageExported> exported() {
        return List.copyOf(exported);
    }

    /** Something was done. */
    public void ok(String line) {
        sayStatus(" OK ", GREEN, line);
    }

    /** Something was left out because the user said so. */
    public void skip(String line) {
        sayAside("SKIP", YELLOW, line);
    }

    /** What happened, to what, and what to do next, in one line. Returns the exit code. */
    public int fail(Problem problem) {
        return fail(ProblemText.of(problem).message(), ProblemText.of(problem).nextStep(), problem.exitCode());
    }

    /** The same in other words. */
    public int fail(String message, String nextStep, int exitCode) {
        aside("FAIL", RED, message + ";", nextStep);
        return exitCode;
    }

    /** A line of a result, as it is. */
    public void line(String text) {
        streams.result(TerminalEscaper.text(text) + "\n");
    }

    /** A line of a result that stands out on a terminal. */
    public void heading(String text) {
        streams.result(coloured(terminal.hasColouredOutput(), BOLD, TerminalEscaper.text(text)) + "\n");
    }

    /** Whether a user can answer. */
    public boolean isAttended() {
        return terminal.input();
    }

    /** How wide a line of a result may be; empty where no terminal shows it. */
    OptionalInt width() {
        return terminal.output() ? OptionalInt.of(terminal.window().get().columns()) : OptionalInt.empty();
    }

    /** Whether a line that sums up the work is wanted. */
    public boolean showsSummary() {
        return detail == Detail.ALL || terminal.error() && detail == Detail.USUAL;
    }

    /** From now on results that are longer than the window go through the pager, where a user reads them here. */
    public void page(Pager pager) {
        if (canPage()) {
            streams.page(pager, terminal.window(), terminal.error());
        }
    }

    /** Whether a user reads the results at this terminal, and can leave a pager. */
    public boolean canPage() {
        return terminal.input() && terminal.output() && !terminal.dumb();
    }

    /** Waits until the user has left the pager, if there is one. */
    public void endPage() {
        streams.endPage();
    }

    /** Whether a pager has the terminal: Ctrl-C is meant for it. */
    public boolean isPaging() {
        return streams.isPaging();
    }

    /** Whether results can no longer be written. */
    public boolean isOutputLost() {
        return streams.isOutputLost();
    }

    /** Text for programs, as it is. */
    public void raw(String text) {
        streams.result(text);
    }

    /** Takes progress off the screen when there will be no more of it. */
    public void endProgress() {
        streams.erase();
    }

    /** As {@link #endProgress}, and ends the line of a question as well. For a signal that ends the program. */
    public void leave() {
        streams.leave();
    }

    /**
     * Asks a question that is answered by y or n; no is the default. Without a terminal an answer may stand in the
     * input, and is shown as if it had been typed.
     *
     * @return empty where there is no answer
     */
    public Optional<Boolean> ask(String question) {
        String prompt = TerminalEscaper.text(question) + " [y/N] ";
        if (terminal.input()) {
            streams.question(prompt);
        }
        Optional<String> answer = readLine();
        if (terminal.input() && answer.isEmpty()) {
            // Ctrl-D means no, and leaves the cursor behind the question.
            streams.status("\n");
            return Optional.of(false);
        }
        if (terminal.input()) {
            streams.answered();
        } else if (answer.isPresent()) {
            streams.status(prompt + TerminalEscaper.text(answer.get()) + "\n");
        }
        return answer.map(text -> text.strip().equalsIgnoreCase("y") || text.strip().equalsIgnoreCase("yes"));
    }

    /** Asks a question that has to be answered. @throws ctl.vm.problem.VmException ConfirmationMissing */
    public boolean confirm(String question) {
        return ask(question).orElseThrow(() -> new Misuse.ConfirmationMissing(question).thrown());
    }

    /** What is printed unless the user wants nothing but results, warnings and failures. */
    private void sayStatus(String tag, String colour, String line) {
        if (detail != Detail.NOTHING) {
            boolean isColoured = streams.isOutputLeft() ? terminal.hasColouredError() : terminal.hasColouredOutput();
            streams.status(tagged(isColoured, tag, colour, TerminalEscaper.text(line)));
        }
    }

    private void sayAside(String tag, String colour, String line) {
        if (detail != Detail.NOTHING) {
            aside(tag, colour, line);
        }
    }

    /** One line; in the window of a terminal that is too narrow for it several, broken at words. */
    private void aside(String tag, String colour, String... sentences) {
        String line = TerminalEscaper.text(String.join(" ", sentences));
        streams.aside(tagged(
                terminal.hasColouredError(), tag, colour, terminal.error() ? broken(line, sentences) : line));
    }

    private String broken(String line, String... sentences) {
        int columns = terminal.window().get().columns();
        return MARGIN.length() + line.codePointCount(0, line.length()) <= columns
                ? line
                : String.join("\n", Paragraph.lines(
                        MARGIN, MARGIN, Arrays.stream(sentences).map(TerminalEscaper::text).toList(), columns))
                        .stripLeading();
    }

    private static String tagged(boolean isColoured, String tag, String colour, String printable) {
        return "[" + coloured(isColoured, colour, tag) + "] " + printable + "\n";
    }

    private static String coloured(boolean coloured, String colour, String text) {
        return coloured ? colour + text + RESET : text;
    }

    /**
     * Where results go elsewhere, they may come back to this terminal through another program, and meet the progress.
     */
    private boolean showsProgress() {
        return terminal.error() && !terminal.dumb() && (terminal.output() || streams.isPackageOnOutput())
                && detail != Detail.NOTHING;
    }

    /** Byte by byte, so that what follows the line is left to the next reader of the input. */
    private Optional<String> readLine() {
        var line = new ByteArrayOutputStream();
        try {
            int next = in.read();
            if (next < 0) {
                return Optional.empty();
            }
            while (next >= 0 && next != '\n') {
                line.write(next);
                next = in.read();
            }
        } catch (IOException unreadable) {
            // A folder, or a closed stream: there is no answer.
            return Optional.empty();
        }
        return Optional.of(line.toString(StandardCharsets.UTF_8));
    }
}
