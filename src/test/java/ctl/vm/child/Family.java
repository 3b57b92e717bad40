package ctl.vm.child;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All processes that one test, or one test class, has started, with those that they have started themselves. They are
 * known by a variable of their environment, which is handed down also where a parent is dead already.
 */
final class Family {

    private static final String VARIABLE = "CTL_TEST_FAMILY";

    private static final AtomicLong LAST = new AtomicLong();

    private final Optional<Family> outer;
    private final String name = "%d-%d".formatted(ProcessHandle.current().pid(), LAST.incrementAndGet());
    private volatile boolean isInhabited;

    /** @param outer that of the test class, for a test */
    Family(Optional<Family> outer) {
        this.outer = outer;
    }

    Optional<Family> outer() {
        return outer;
    }

    /** Makes whoever is started with this environment a member. */
    void adopt(Map<String, String> environment) {
        isInhabited = true;
        environment.put(VARIABLE, name);
    }

    /** Kills all members; when this returns they write no file any more. */
    void end() {
        if (isInhabited && !isEmptyAfterKilling()) {
            await().atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofMillis(10)).until(this::isEmptyAfterKilling);
        }
    }

    private boolean isEmptyAfterKilling() {
        List<ProcessHandle> members = members();
        members.forEach(ProcessHandle::destroyForcibly);
        return members.isEmpty();
    }

    private List<ProcessHandle> members() {
        return ProcessHandle.allProcesses().filter(process -> isMember(process.pid())).toList();
    }

    /** What is dead and not yet waited for has no environment any more. */
    private boolean isMember(long process) {
        try {
            byte[] environment = Files.readAllBytes(Path.of("/proc", Long.toString(process), "environ"));
            String variable = VARIABLE + "=" + name;
            return Arrays.asList(new String(environment, StandardCharsets.ISO_8859_1).split("\0")).contains(variable);
        } catch (IOException goneOrOfAnotherUser) {
            return false;
        }
    }
}
