package ctl.vm.archive;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.function.LongConsumer;

import ctl.vm.archive.Piece.Stretch;
import ctl.vm.durable.Disk;
import ctl.vm.inventory.ByteCount;
import ctl.vm.inventory.ImageDigest;
import ctl.vm.inventory.ImageName;

/** Reads a whole image for its digest. */
final class ImageReading {

    private static final int STRETCH_BYTES = 4 * ImageDigest.WINDOW_BYTES;

    private final ByteBuffer data = ByteBuffer.allocateDirect(STRETCH_BYTES);
    private final StretchReader reader = new StretchReader();

    /**
     * @param progress told how many bytes of data were read, piece by piece
     * @throws ctl.vm.problem.VmException SourceChanged, where somebody writes to it meanwhile
     */
    ImageDigest digest(Disk disk, ImageName name, Path path, LongConsumer progress) {
        try (var image = new SourceImage(disk, name, path)) {
            var chain = ImageDigest.Chain.START;
            Iterator<Stretch> stretches = image.stretches(0, STRETCH_BYTES);
            while (stretches.hasNext()) {
                for (StretchReader.Hashed window : reader.read(stretches.next(), data.clear())) {
                    chain = chain.with(window.index(), window.content());
                }
                progress.accept(data.position());
            }
            image.requireUnchanged();
            return chain.end(image.size());
        }
    }
}
