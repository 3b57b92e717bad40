package ctl.vm.cli;

import java.util.ArrayList;
import java.util.List;

/** A bug of the program: {@link CrashIT} puts a call of it into one of the program's methods. */
public final class PlantedBug {

    private PlantedBug() {}

    /** Throws what the environment says, from the first call on. */
    public static void meet() {
        switch (System.getenv("PLANTED_BUG")) {
            case "state" -> throw new IllegalStateException("planted\nin two lines");
            case "assertion" -> throw new AssertionError("planted");
            case "memory" -> fillMemory();
            case "stack" -> fillStack(0);
            case "initialiser" -> Broken.touch();
            case "thread" -> failElsewhere();
            case String other -> throw new IllegalArgumentException(other);
        }
    }

    private static void fillMemory() {
        List<byte[]> all = new ArrayList<>();
        while (true) {
            all.add(new byte[1 << 20]);
        }
    }

    private static int fillStack(int depth) {
        return fillStack(depth + 1) + 1;
    }

    /** The thread that works waits for a result that never comes. */
    private static void failElsewhere() {
        Thread.ofPlatform().daemon().name("planted").start(() -> {
            throw new IllegalStateException("planted in a thread");
        });
        try {
            Thread.sleep(60_000);
        } catch (InterruptedException nobody) {
            Thread.currentThread().interrupt();
        }
    }

    /** A class that cannot be made ready. */
    private static final class Broken {

        private static final int VALUE = Integer.parseInt("planted");

        static void touch() {
            System.err.println(VALUE);
        }
    }
}
