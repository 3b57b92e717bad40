package ctl.vm.archive;

import ctl.vm.inventory.ImageName;
import ctl.vm.inventory.PackageLimits;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads packages that are not to be trusted, without a disk that they could harm. */
final class Untrusted {

    private Untrusted() {}

    static Map<ImageName, String> read(byte[] packageBytes) {
        return read(new ByteArrayInputStream(packageBytes));
    }

    /** All images and their content, in hexadecimal. */
    static Map<ImageName, String> read(InputStream bytes) {
        try (var reader = new PackageReader(Channels.newChannel(bytes), "P.tar.gz", PackageLimits.USUAL)) {
            Map<ImageName, String> images = new LinkedHashMap<>();
            for (Optional<Member> next = reader.next(); next.isPresent(); next = reader.next()) {
                var file = new InMemoryFile();
                reader.extract(file, FilledImage.NOTHING, _ -> {});
                images.put(next.get().image(), HexFormat.of().formatHex(file.content()));
            }
            return images;
        }
    }
}
