package ctl.vm.operation;

import ctl.vm.inventory.value.ByteCount;
import java.util.ArrayList;
import java.util.List;

/** Keeps what an operation reports, for tests. */
public class QuietReporter implements ProgressReporter {

    private final List<String> lines = new ArrayList<>();
    private String step = "";

    /** Every finished step, information and warning, in order. */
    public List<String> lines() {
        return lines;
    }

    @Override
    public void info(String line) {
        lines.add("info: " + line);
    }

    @Override
    public void hint(String line) {
        lines.add("hint: " + line);
    }

    @Override
    public void warn(String line) {
        lines.add("warn: " + line);
    }

    @Override
    public void expect(ByteCount work) {}

    @Override
    public void begin(String name, ByteCount work) {
        step = name;
    }

    @Override
    public void beginShare(String name) {
        step = name;
    }

    @Override
    public void advance(long bytes) {}

    @Override
    public void alreadyDone(long bytes) {}

    @Override
    public void end() {
        lines.add(step);
    }
}
