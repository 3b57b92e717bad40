package ctl.vm.journal.h2;

import java.lang.invoke.MethodHandles;
import java.math.BigDecimal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.h2.message.DbException;

/**
 * What opening the database takes a start, begun before it is needed: what stands in the file is looked at, and classes
 * are made ready that take milliseconds each, beside whatever else there is to do.
 */
final class Warmup {

    private final Runnable look;
    private Optional<CompletableFuture<Void>> looking = Optional.empty();
    private boolean isOver;

    /**
     * @param look has to be over before H2 opens the file, and must not begin after that: closing it would drop H2's
     *     lock
     */
    Warmup(Runnable look) {
        this.look = look;
    }

    synchronized void begin() {
        if (looking.isEmpty() && !isOver) {
            looking = Optional.of(CompletableFuture.runAsync(look, work -> start("journal-definitions", work)));
            start("journal-classes", Warmup::load);
        }
    }

    /** What fails in it fails again where it is needed, and is reported there. */
    private static void start(String name, Runnable work) {
        Thread.ofPlatform().daemon().name(name).uncaughtExceptionHandler((_, _) -> {}).start(work);
    }

    /** Until nothing of it has the file open, nor will have. It goes on waiting when it is interrupted. */
    synchronized void await() {
        isOver = true;
        looking.ifPresent(work -> work.exceptionally(_ -> null).join());
    }

    /**
     * Big numbers, SHA-256, H2's messages and the local time zone, in the order in which they are needed: what they
     * load refers to none of H2's other classes. Two threads that make classes ready which refer to each other could
     * wait for each other for ever.
     */
    private static void load() {
        try {
            MethodHandles.lookup().ensureInitialized(BigDecimal.class);
            MessageDigest.getInstance("SHA-256");
            MethodHandles.lookup().ensureInitialized(DbException.class);
            ZoneId.systemDefault().getRules();
        } catch (IllegalAccessException | NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
