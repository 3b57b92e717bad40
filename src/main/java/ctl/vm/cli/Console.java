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
    private static final String CLEAR_LINE = "\r\033[K";
    private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();

    private final PrintWriter err;
    private final InputStream in;
    private final Terminal terminal;

    private PrintWriter out;
    private String step = "";
    private final WorkDone work = new WorkDone();
    private final RecentRate rate = new RecentRate();
    private long drawnNanos;
    private boolean drawn;

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
    }

    @Override
    public void info(String line) {
        status(out, "INFO", BOLD, line);
    }

    @Override
    public void hint(String line) {
        status(err, "INFO", BOLD, line);
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
    }

    /** Something was done. */
    void ok(String line) {
        status(out, " OK ", GREEN, line);
    }

    /** Something was left out because the user said so. */
    void skip(String line) {
        status(err, "SKIP", YELLOW, line);
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
        out.println(coloured(BOLD, Printable.text(text)));
        out.flush();
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

    private void status(PrintWriter stream, String tag, String colour, String line) {
        erase();
        stream.println("[" + coloured(colour, tag) + "] " + Printable.text(line));
        stream.flush();
    }

    private String coloured(String colour, String text) {
        return terminal.colour() ? colour + text + RESET : text;
    }

    private void draw() {
        if (terminal.output() && terminal.error()) {
            drawnNanos = System.nanoTime();
            rate.add(drawnNanos, work.done().bytes());
            err.print(CLEAR_LINE
                    + Printable.text(ProgressLine.of(step, work.done(), work.total(), rate.bytesPerSecond())));
            err.flush();
            drawn = true;
        }
    }

    private void erase() {
        if (drawn) {
            err.print(CLEAR_LINE);
            err.flush();
            drawn = false;
        }
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
