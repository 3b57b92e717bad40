package ctl.vm.archive.write;

import ctl.vm.archive.write.Block.Stretch;
import ctl.vm.durable.Disk;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.ImageName;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.function.LongConsumer;

/** Reads a whole image for its digest. */
public final class ImageReading {

    private static final int STRETCH_BYTES = 4 * ImageDigest.WINDOW_BYTES;

    private final ByteBuffer data = ByteBuffer.allocateDirect(STRETCH_BYTES);
    private final ExtentReader reader = new ExtentReader();

    /**
     * @param progress told how many bytes of data were read, piece by piece
     * @throws ctl.vm.problem.VmException SourceChanged, where somebody writes to it meanwhile
     */
    public ImageDigest digest(Disk disk, ImageName name, Path path, LongConsumer progress) {
        try (var image = new SourceImage(disk, name, path)) {
            var chain = ImageDigest.Chain.START;
            Iterator<Stretch> stretches = image.stretches(0, STRETCH_BYTES);
            while (stretches.hasNext()) {
                for (ExtentReader.Hashed window : reader.read(stretches.next(), data.clear())) {
                    chain = chain.with(window.index(), window.content());
                }
                progress.accept(data.position());
            }
            image.requireUnchanged();
            return chain.end(image.size());
        }
    }
}
