package ctl.vm.inventory.drift;

import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import java.util.List;
import java.util.Optional;

/** Why a new VM does not count as complete yet: what shows that a copy goes on, or that it stopped before its end. */
public sealed interface Incomplete {

    /** For programs: one word. */
    String kind();

    /** The process that makes it, where that is known. */
    default Optional<String> process() {
        return Optional.empty();
    }

    /** A process has a file of it open for writing. @param process such as {@code cp (pid 4242)} */
    record OpenForWriting(String file, String writer) implements Incomplete {
        @Override
        public String kind() {
            return "open-for-writing";
        }

        @Override
        public Optional<String> process() {
            return Optional.of(writer);
        }
    }

    /** A program that copies files names its folder, and what it copies is unknown: more may come. */
    record NamedByProgram(String program) implements Incomplete {
        @Override
        public String kind() {
            return "named-by-program";
        }

        @Override
        public Optional<String> process() {
            return Optional.of(program);
        }
    }

    /** It changed while it was looked at, or a moment ago where its writers cannot be seen. */
    record Changing() implements Incomplete {
        @Override
        public String kind() {
            return "changing";
        }
    }

    /** It holds what {@code rsync} writes to until an image is complete. */
    record TemporaryFile(String file) implements Incomplete {
        @Override
        public String kind() {
            return "temporary-file";
        }
    }

    /** An image begins like that of a known VM and is smaller. */
    record Smaller(ImageName image, ByteCount size, ByteCount sourceSize) implements Incomplete {
        @Override
        public String kind() {
            return "smaller";
        }
    }

    /** It changed a moment ago, and lacks images of the known VM that it is like. */
    record Missing(List<ImageName> images) implements Incomplete {
        public Missing {
            images = List.copyOf(images);
        }

        @Override
        public String kind() {
            return "missing-images";
        }
    }
}
