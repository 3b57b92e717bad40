package ctl.vm.archive;

import ctl.vm.problem.Misuse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** The formats in which packages are written, told apart by the ending of a package's name. */
public enum PackageFormat {
    TAR_GZ(".tar.gz", ".tgz"),
    TAR(".tar");

    private static final int BUFFER_BYTES = 1 << 16;

    private final List<String> endings;

    PackageFormat(String... endings) {
        this.endings = List.of(endings);
    }

    /** The format that a package of this name has. @throws ctl.vm.problem.VmException UnknownPackageEnding */
    public static PackageFormat of(Path file) {
        String name = file.toString();
        return Arrays.stream(values())
                .filter(format -> format.endings.stream().anyMatch(name::endsWith))
                .findFirst()
                .orElseThrow(() -> new Misuse.UnknownPackageEnding(file).thrown());
    }

    /**
     * Takes tar and passes it on to {@code sink} in this format. The end of the stream is written, and what it holds is
     * given back, when it is closed, which closes {@code sink} too. The one place that knows the compressors.
     */
    OutputStream compressed(OutputStream sink) throws IOException {
        return switch (this) {
            case TAR_GZ -> new GZIPOutputStream(sink, BUFFER_BYTES);
            case TAR -> sink;
        };
    }
}
