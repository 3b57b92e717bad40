package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.durable.FileWatch;
import ctl.vm.durable.OpenFileHolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** An eye on images, from before they are touched until that is over. People are told who is at them. */
public final class ImageWatch implements AutoCloseable {

    public static final ImageWatch NONE = new ImageWatch(List.of());

    private final List<FileWatch> watches;

    private ImageWatch(List<FileWatch> watches) {
        this.watches = watches;
    }

    static ImageWatch over(Disk disk, List<Path> images) {
        return new ImageWatch(images.stream().map(disk::watch).toList());
    }

    /** Who had one of them open for writing when the watch began. */
    public Optional<String> writer() {
        return first(FileWatch::writer);
    }

    /** What virtual machine has one of them open. */
    public Optional<String> machine() {
        return first(FileWatch::machine);
    }

    /** Who has opened one of them for writing since, as {@link FileWatch#intruder} finds out. */
    public Optional<String> intruder() {
        return first(FileWatch::intruder);
    }

    private Optional<String> first(Function<FileWatch, Optional<OpenFileHolder>> question) {
        return watches.stream().flatMap(watch -> question.apply(watch).stream()).map(OpenFileHolder::description)
                .findFirst();
    }

    @Override
    public void close() {
        watches.forEach(FileWatch::close);
    }
}
