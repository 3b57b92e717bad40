package ctl.vm.cli.console;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Standard output and standard error as one: the only place where anything is printed. The line of progress stands
 * below what was printed so far, and is erased before anything else is printed, to whichever of the two.
 *
 * <p>The lock lets a signal, or a thread that fails, print beside the thread that works.
 */
final class Streams {

    private static final String CLEAR_TO_END = "\r\033[J";
    private static final String UP = "\033[%dA";

    private final PrintWriter err;
    private final IntSupplier columns;
    private final ReentrantLock lock = new ReentrantLock();
    private PrintWriter results;
    private PrintWriter statuses;
    private PrintWriter asides;
    /** Read by the thread that a signal starts. */
    private volatile Optional<PagedOutput> paged = Optional.empty();
    /** Where results go without a pager. */
    private PrintWriter plain;
    private boolean isAsking;
    private int drawn;

    /** @param columns how wide the window is at that moment */
    Streams(PrintWriter out, PrintWriter err, IntSupplier columns) {
        this.results = out;
        this.plain = out;
        this.statuses = out;
        this.asides = err;
        this.err = err;
        this.columns = columns;
    }

    /** From now on standard output has nothing but the result, which another program reads. */
    void leaveOutputToResult() {
        statuses = err;
    }

    /** From now on standard output has nothing but a package, which does not pass through here. */
    void leaveOutputToPackage() {
        results = err;
        statuses = err;
    }

    /**
     * From now on what is longer than the window goes through a pager.
     *
     * @param asidesToo whether what is no result is shown on the same screen
     */
    void page(Pager pager, Supplier<Terminal.Size> window, boolean asidesToo) {
        PagedOutput output = new PagedOutput(results, pager, window);
        plain = results;
        paged = Optional.of(output);
        results = new PrintWriter(output);
        asides = asidesToo ? results : err;
    }

    /** Shows all that was held back for a pager, and waits until the user has left that. */
    void endPage() {
        if (paged.isPresent()) {
            lock.lock();
            try {
                erase();
                results.close();
                results = plain;
                asides = err;
                paged = Optional.empty();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Whether a pager has the terminal. */
    boolean isPaging() {
        return paged.map(PagedOutput::isShowing).orElse(false);
    }

    /** Whether status lines go to standard error. */
    boolean isOutputLeft() {
        return statuses == err;
    }

    /** Whether standard output has nothing but a package. */
    boolean isPackageOnOutput() {
        return results == err;
    }

    /** Whether results can no longer be written. */
    boolean isOutputLost() {
        return results.checkError();
    }

    /** Prints a result, or a part of it. */
    void result(String text) {
        print(results, text, false);
    }

    /** Prints how the work goes. */
    void status(String text) {
        print(statuses, text, false);
    }

    /** Prints what is no part of the result. */
    void aside(String text) {
        print(asides, text, false);
    }

    /** Prints a question; the answer is typed behind it. */
    void question(String text) {
        print(statuses, text, true);
    }

    /** The question was answered, and the user has ended the line. */
    void answered() {
        isAsking = false;
    }

    /** Draws the line of progress in the place of the one that stands there. */
    void draw(String line) {
        lock.lock();
        try {
            err.print(erasing() + line);
            err.flush();
            drawn = line.length();
        } finally {
            lock.unlock();
        }
    }

    /** Takes the line of progress off the screen. */
    void erase() {
        lock.lock();
        try {
            if (drawn > 0) {
                err.print(erasing());
                err.flush();
                drawn = 0;
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Leaves the cursor at the beginning of an empty line before a signal ends the program. Does nothing if the working
     * thread is blocked in the middle of a line, because that could last for ever.
     */
    void leave() {
        if (lock.tryLock()) {
            try {
                erase();
                if (isAsking) {
                    status("\n");
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private void print(PrintWriter stream, String text, boolean isQuestion) {
        lock.lock();
        try {
            erase();
            stream.print(text);
            stream.flush();
            isAsking = isQuestion;
        } finally {
            lock.unlock();
        }
    }

    /** In a window that has become narrower, the terminal has wrapped what was drawn. */
    private String erasing() {
        int width = drawn == 0 ? 0 : width();
        int above = width <= 0 ? 0 : (drawn - 1) / width;
        return above == 0 ? CLEAR_TO_END : UP.formatted(above) + CLEAR_TO_END;
    }

    /** Zero where it is unknown. A result must be printed even if the window cannot be measured. */
    private int width() {
        try {
            return columns.getAsInt();
        } catch (RuntimeException | Error unknown) {
            return 0;
        }
    }
}
