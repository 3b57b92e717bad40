package ctl.vm.archive.read;

import ctl.vm.archive.write.InMemoryFile;
import ctl.vm.compression.Compressors;
import ctl.vm.inventory.PackageLimits;
import ctl.vm.inventory.value.ImageName;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads packages that are not to be trusted, without a disk that they could harm. */
public final class Untrusted {

    private Untrusted() {}

    public static Map<ImageName, String> read(byte[] packageBytes) {
        return read(new ByteArrayInputStream(packageBytes));
    }

    /** All images and their content, in hexadecimal. */
    public static Map<ImageName, String> read(InputStream bytes) {
        try (var reader = new PackageReader(Channels.newChannel(bytes), "P.tar.gz", PackageLimits.USUAL,
                Compressors.BEST, PackageReader.Scope.IMAGES)) {
            Map<ImageName, String> images = new LinkedHashMap<>();
            for (Optional<Member> next = reader.next(); next.isPresent(); next = reader.next()) {
                var file = new InMemoryFile();
                reader.extract(file, ImageFill.Filled.NOTHING, _ -> {});
                images.put(next.get().image(), HexFormat.of().formatHex(file.content()));
            }
            return images;
        }
    }
}
