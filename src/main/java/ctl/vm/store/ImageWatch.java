package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.durable.FileWatch;
import ctl.vm.process.OpenFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Watches which other processes have images open, from before they are touched until that is over. */
public final class ImageWatch implements AutoCloseable {

    public static final ImageWatch NONE = new ImageWatch();

    private final List<FileWatch> watches = new ArrayList<>();
    private final OpenResources open = new OpenResources();

    private ImageWatch() {}

    static ImageWatch over(Disk disk, List<Path> images) {
        ImageWatch watch = new ImageWatch();
        return watch.open.orClose(() -> {
            images.forEach(image -> watch.add(disk.watch(image)));
            return watch;
        });
    }

    private void add(FileWatch watch) {
        watches.add(watch);
        open.add(watch::close);
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

    private Optional<String> first(Function<FileWatch, Optional<OpenFiles.Holder>> question) {
        return watches.stream().flatMap(watch -> question.apply(watch).stream()).map(OpenFiles.Holder::description)
                .findFirst();
    }

    @Override
    public void close() {
        open.close();
    }
}
