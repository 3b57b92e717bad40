package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.durable.FileWatch;
import ctl.vm.process.OpenFiles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Watches which other processes have images open, from before they are touched until that is over. */
public final class ImageWatch implements AutoCloseable {

    public static final ImageWatch NONE = new ImageWatch();

    private final Map<Path, FileWatch> watches = new LinkedHashMap<>();
    private final OpenResources open = new OpenResources();

    private ImageWatch() {}

    static ImageWatch over(Disk disk, List<Path> images) {
        ImageWatch watch = new ImageWatch();
        return watch.open.orClose(() -> {
            images.forEach(image -> watch.add(image, disk.watch(image)));
            return watch;
        });
    }

    private void add(Path image, FileWatch watch) {
        watches.put(image, watch);
        open.add(watch::close);
    }

    /** Who had one of them open for writing when the watch began. */
    public Optional<String> writer() {
        return first(FileWatch::writer);
    }

    /** An image that a process has open for writing. @param process such as {@code cp (pid 4242)} */
    public record OpenImage(String fileName, String process) {}

    /** The first of them that was open for writing when the watch began. */
    public Optional<OpenImage> openImage() {
        return watches.entrySet().stream()
                .flatMap(image -> image.getValue().writer().stream()
                        .map(writer -> new OpenImage(image.getKey().getFileName().toString(), writer.description())))
                .findFirst();
    }

    /** Whether no process can have had one of them open for writing without being found. */
    public boolean seesEveryWriter() {
        return watches.values().stream().allMatch(FileWatch::seesEveryWriter);
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
        return watches.values().stream().flatMap(watch -> question.apply(watch).stream())
                .map(OpenFiles.Holder::description)
                .findFirst();
    }

    @Override
    public void close() {
        open.close();
    }
}
