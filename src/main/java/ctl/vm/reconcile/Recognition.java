package ctl.vm.reconcile;

import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Sameness;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.drift.Finding;
import ctl.vm.inventory.recognition.KnownContent;
import ctl.vm.inventory.value.ContentSample;
import ctl.vm.inventory.value.EntryKind;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.OperationContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Knows images again that were put back, by what the journal knows of their content. {@link Sameness} has the rule;
 * this reads no more than it needs: samples first, and the whole of an image only where they do not decide.
 */
final class Recognition {

    private final OperationContext context;
    private final boolean deep;

    /** @param deep whether the whole of an image is read wherever the journal knows a digest of it */
    Recognition(OperationContext context, boolean deep) {
        this.context = context;
        this.deep = deep;
    }

    /**
     * What was found of one image.
     *
     * @param digest of all of it, where it was read and is the one that the journal knows
     */
    private record Compared(Sameness.Content content, Optional<ImageDigest> digest) {

        static Compared as(Sameness.Content content) {
            return new Compared(content, Optional.empty());
        }
    }

    /** Whether its images have the sizes and times of one that is gone, or what coarser clocks make of these. */
    boolean hasItsTimes(FolderVm vm, Vm former) {
        return hasItsImages(vm, former) && vm.facts().stream().allMatch(now -> {
            ImageFacts was = former.image(now.name()).orElseThrow();
            return Sameness.time(was.modified(), now.modified()) != Sameness.Time.OTHER;
        });
    }

    /**
     * Whether a VM is one that is gone, under the name that it had.
     *
     * @return digests of the images that were read; empty where it is another VM
     */
    Optional<Map<ImageName, ImageDigest>> of(FolderVm vm, Vm former) {
        if (!hasItsImages(vm, former)) {
            return Optional.empty();
        }
        Map<ImageName, ImageDigest> digests = new TreeMap<>();
        if (vm.facts().stream().allMatch(now -> former.image(now.name()).filter(now::looksLike).isPresent())) {
            return Optional.of(digests);
        }
        Map<ImageName, KnownContent> known = context.journal().contents(former.since(), former.images().values());
        for (ImageFacts now : vm.facts()) {
            ImageFacts was = former.image(now.name()).orElseThrow();
            KnownContent content = known.getOrDefault(now.name(), KnownContent.NOTHING);
            Compared compared = was.looksLike(now) && !deep
                    ? Compared.as(Sameness.Content.UNKNOWN)
                    : compare(vm.name(), was, now, content, false);
            if (!Sameness.isBack(was, now, compared.content())) {
                return Optional.empty();
            }
            compared.digest().ifPresent(digest -> digests.put(now.name(), digest));
        }
        return Optional.of(digests);
    }

    private static boolean hasItsImages(FolderVm vm, Vm former) {
        List<ImageFacts> images = vm.facts();
        return !former.images().isEmpty() && images.size() == former.images().size()
                && images.stream().allMatch(now -> former.image(now.name())
                        .filter(was -> was.size().equals(now.size()))
                        .isPresent());
    }

    /** The image of a VM, put back; empty where it was written to, or nothing is known. */
    Optional<Finding> of(Optional<Vm> known, VmName name, ImageFacts was, FolderImage image) {
        ImageFacts now = image.facts();
        if (known.isEmpty() || image.kind() != EntryKind.FILE || !was.size().equals(now.size())) {
            return Optional.empty();
        }
        KnownContent content = context.journal().contents(known.get().since(), List.of(was))
                .getOrDefault(was.name(), KnownContent.NOTHING);
        boolean isSameFile = isSameFile(name, was, now, content);
        Compared compared = compare(name, was, now, content, isSameFile);
        return Sameness.of(was, now, compared.content(), isSameFile)
                .map(sameness -> new Finding.ImageRestored(name, was, image, sameness, compared.digest()));
    }

    /**
     * Whether an image holds what the journal knows of the content of one of the same size, and that is not only zeros.
     */
    boolean isLike(VmName vm, ImageName image, KnownContent known) {
        boolean isSampled = known.sample().filter(sample -> compare(vm, image, sample) == Sameness.Content.LIKE)
                .isPresent();
        return isSampled && (!deep || known.digest()
                .filter(digest -> compare(vm, image, digest).content() != Sameness.Content.SAME).isEmpty());
    }

    /** Inodes are given again: a file that was made after the journal saw the image is another one. */
    private boolean isSameFile(VmName vm, ImageFacts was, ImageFacts now, KnownContent content) {
        return was.file().isPresent() && was.file().equals(now.file())
                && content.seen()
                        .flatMap(seen -> context.store().born(vm, now.name()).filter(born -> born.isAfter(seen)))
                        .isEmpty();
    }

    private Compared compare(VmName vm, ImageFacts was, ImageFacts now, KnownContent known, boolean isSameFile) {
        Sameness.Content sampled = known.sample().map(sample -> compare(vm, now.name(), sample))
                .orElse(Sameness.Content.UNKNOWN);
        boolean isDecided = switch (sampled) {
            case OTHER -> true;
            case LIKE, ALL_ZEROS -> !deep && Sameness.isDecidedBySamples(was, now, isSameFile);
            case SAME, UNKNOWN -> false;
        };
        return isDecided || known.digest().isEmpty()
                ? Compared.as(sampled)
                : compare(vm, now.name(), known.digest().get());
    }

    private Sameness.Content compare(VmName vm, ImageName image, ContentSample sample) {
        return context.store().contents().sample(vm, image, sample)
                .filter(sample::equals)
                .map(same -> same.isMeaningful() ? Sameness.Content.LIKE : Sameness.Content.ALL_ZEROS)
                .orElse(Sameness.Content.OTHER);
    }

    private Compared compare(VmName vm, ImageName image, ImageDigest digest) {
        Path path = context.store().path(vm, image);
        boolean wasEmpty = digest.equals(ImageDigest.ofZeros(context.store().size(path)));
        // An image that was created and then filled: a look at some places says so, without reading all of it.
        if (wasEmpty && context.store().contents().sample(vm, image).filter(ContentSample::isMeaningful).isPresent()) {
            return Compared.as(Sameness.Content.OTHER);
        }
        context.reporter().begin("read %s: %s".formatted(vm, image), context.store().data(path, 0));
        boolean isSame = context.packages().digest(image, path, context.reporter()::advance).equals(digest);
        if (isSame && wasEmpty) {
            return new Compared(Sameness.Content.ALL_ZEROS, Optional.of(digest));
        }
        return isSame
                ? new Compared(Sameness.Content.SAME, Optional.of(digest))
                : Compared.as(Sameness.Content.OTHER);
    }
}
