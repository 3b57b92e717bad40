package ctl.vm.process;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Converts images of a disk in memory: what it makes is the letters of qcow2, and then the image. */
public final class InMemoryQemuImg extends QemuImg {

    public static final byte[] HEADER = "QFI".getBytes(StandardCharsets.US_ASCII);

    private static final Pattern SOURCE = Pattern
            .compile("json:\\{\"driver\":\"raw\",\"file\":\\{\"driver\":\"file\",\"filename\":\"(.+)\"}}");

    private final Disk disk;

    public InMemoryQemuImg(Disk disk) {
        super(List.of());
        this.disk = disk;
    }

    @Override
    public String run(List<String> arguments, Progress progress) throws IOException {
        Matcher source = SOURCE.matcher(arguments.get(arguments.size() - 2));
        if (!arguments.getFirst().equals("convert") || !source.matches()) {
            throw new UnsupportedOperationException(String.join(" ", arguments));
        }
        progress.at(0);
        try (DiskFile image = disk.open(Path.of(source.group(1)));
                DiskFile target = disk.openForWriting(Path.of(arguments.getLast()))) {
            target.resize(0);
            ByteBuffer bytes = image.read(new DiskFile.Extent(0, image.size()));
            int half = bytes.limit() / 2;
            target.write(ByteBuffer.wrap(HEADER), 0);
            target.write(bytes.slice(0, half), HEADER.length);
            progress.at(0.5);
            target.write(bytes.slice(half, bytes.limit() - half), HEADER.length + half);
        }
        progress.at(1);
        return "";
    }
}
