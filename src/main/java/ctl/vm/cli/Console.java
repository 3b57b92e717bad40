package ctl.vm.cli;

import ctl.vm.inventory.ByteCount;
import ctl.vm.operation.Narrator;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * The output layer: status lines, progress and questions. Whatever it prints as a line is made harmless first.
 *
 * <p>Without a terminal stdout is exactly what the manual shows.
 */
public final class Console implements Narrator {

    private static final String BOLD = "\033[1m";
    private static final String GREEN = "\033[32m";
    private static final String YELLOW = "\033[33m";
    private static final String RED = "\033[31m";
    private static final String RESET = "\033[0m";
    private static final String CLEAR_TO_END = "\r\033[J";
    private static final String UP = "\033[%dA";
    private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();

    private final PrintWriter err;
    private final InputStream in;

    private Terminal terminal;
    private Detail detail = Detail.USUAL;
    private PrintWriter out;
    private boolean outputLeft;
    private String step = "";
    private long begunNanos;
    private final WorkDone work = new WorkDone();
    private final RecentRate rate = new RecentRate();
    private long drawnNanos;
    private int drawnColumns;

    /** How much is told beside results, warnings and failures, which always are. */
    enum Detail {
        NOTHING,
        USUAL,
        /** Also how long each step took. */
        ALL
    }

    public Console(PrintWriter out, PrintWriter err, InputStream in, Terminal terminal) {
        this.out = out;
        this.err = err;
        this.in = in;
        this.terminal = terminal;
    }

    /**
     * From now on everything goes to stderr.
     *
     * @throws ctl.vm.problem.VmException PackageToTerminal
     */
    void leaveOutputToPackage() {
        if (terminal.output()) {
            throw new Misuse.PackageToTerminal().thrown();
        }
        out = err;
        outputLeft = true;
    }

    void show(Detail asked) {
        detail = asked;
    }

    void colour(Terminal.Colour asked) {
        terminal = terminal.with(asked);
    }

    @Override
    public void info(String line) {
        say(out, "INFO", BOLD, line);
    }

    @Override
    public void hint(String line) {
        say(err, "INFO", BOLD, line);
    }

    /** For who wants to know all. */
    void detail(String line) {
        if (detail == Detail.ALL) {
            status(err, "INFO", BOLD, line);
        }
    }

    @Override
    public void warn(String line) {
        status(err, "WARN", YELLOW, line);
    }

    @Override
    public void expect(ByteCount bytes) {
        work.expect(bytes);
        rate.clear();
    }

    @Override
    public void begin(String name, ByteCount bytes) {
        step = name;
        begunNanos = System.nanoTime();
        work.begin(bytes);
        draw();
    }

    @Override
    public void advance(long bytes) {
        work.advance(bytes);
        if (System.nanoTime() - drawnNanos >= REDRAW_NANOS) {
            draw();
        }
    }

    @Override
    public void end() {
        ok(step);
        detail(ProgressLine.after(step, work.ofStep(), Duration.ofNanos(System.nanoTime() - begunNanos)));
    }

    /** Something was done. */
    void ok(String line) {
        say(out, " OK ", GREEN, line);
    }

    /** Something was left out because the user said so. */
    void skip(String line) {
        say(err, "SKIP", YELLOW, line);
    }

    /** What happened, to what, and what to do next, in one line. Returns the exit code. */
    public int fail(Problem problem) {
        status(err, "FAIL", RED, "%s; %s".formatted(problem.message(), problem.nextStep()));
        return problem.exitCode();
    }

    /** A line of a result, as it is. */
    void line(String text) {
        erase();
        out.println(Printable.text(text));
        out.flush();
    }

    /** A line of a result that stands out on a terminal. */
    void heading(String text) {
        erase();
        out.println(coloured(terminal.hasColouredOutput(), BOLD, Printable.text(text)));
        out.flush();
    }

    /** Whether a person sits there who can answer. */
    boolean isAttended() {
        return terminal.input();
    }

    /** Whether nobody reads the results any more. */
    boolean isOutputLost() {
        return out.checkError();
    }

    /** Text for programs, as it is. */
    void raw(String text) {
        out.print(text);
        out.flush();
    }

    /**
     * Asks a question that is answered by y or n; no is the default. Without a terminal an answer may stand in the
     * input, and is shown as if it had been typed.
     *
     * @return empty where nobody can answer
     */
    Optional<Boolean> ask(String question) {
        erase();
        String prompt = Printable.text(question) + " [y/N] ";
        if (terminal.input()) {
            out.print(prompt);
            out.flush();
        }
        Optional<String> answer = readLine();
        if (terminal.input() && answer.isEmpty()) {
            // Ctrl-D: whoever sits there wants to go, and the cursor still stands behind the question.
            out.println();
            out.flush();
            return Optional.of(false);
        }
        if (!terminal.input() && answer.isPresent()) {
            out.println(prompt + Printable.text(answer.get()));
            out.flush();
        }
        return answer.map(text -> text.strip().equalsIgnoreCase("y") || text.strip().equalsIgnoreCase("yes"));
    }

    /** What is told unless the user wants nothing but results, warnings and failures. */
    private void say(PrintWriter stream, String tag, String colour, String line) {
        if (detail != Detail.NOTHING) {
            status(stream, tag, colour, line);
        }
    }

    private void status(PrintWriter stream, String tag, String colour, String line) {
        erase();
        boolean coloured = stream == err ? terminal.hasColouredError() : terminal.hasColouredOutput();
        stream.println("[" + coloured(coloured, colour, tag) + "] " + Printable.text(line));
        stream.flush();
    }

    private static String coloured(boolean coloured, String colour, String text) {
        return coloured ? colour + text + RESET : text;
    }

    private void draw() {
        if (!showsProgress()) {
            return;
        }
        int columns = terminal.columns().getAsInt();
        drawnNanos = System.nanoTime();
        rate.add(drawnNanos, work.done().bytes());
        // The last column stays empty: some terminals begin a new line as soon as it is written.
        String line = ProgressLine.of(
                Printable.text(step), work.done(), work.total(), rate.bytesPerSecond(), columns - 1);
        err.print(erasing(columns) + line);
        err.flush();
        drawnColumns = line.length();
    }

    /** Where results go elsewhere, they may come back to this terminal through another program, and meet the progress. */
    private boolean showsProgress() {
        return terminal.error() && (terminal.output() || outputLeft) && detail != Detail.NOTHING;
    }

    private void erase() {
        if (drawnColumns > 0) {
            err.print(erasing(terminal.columns().getAsInt()));
            err.flush();
            drawnColumns = 0;
        }
    }

    /** In a window that has become narrower, the terminal has wrapped what was drawn. */
    private String erasing(int columns) {
        int above = drawnColumns == 0 ? 0 : (drawnColumns - 1) / Math.max(1, columns);
        return above == 0 ? CLEAR_TO_END : UP.formatted(above) + CLEAR_TO_END;
    }

    /** Byte by byte, so that nothing behind the line is taken from whoever reads the input next. */
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
            // A folder, or a stream that was closed: nobody is there to ask.
            return Optional.empty();
        }
        return Optional.of(line.toString(StandardCharsets.UTF_8));
    }
}
