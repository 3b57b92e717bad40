package ctl.vm.inventory.recognition;

import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.value.ImageName;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Gathers what the events of one VM, the newest first, say of the content of its images as they were last. */
public final class ContentSearch {

    /** Events: so many are looked at, and what is further back is as good as unknown. */
    private static final int PATIENCE = 500;

    private final Map<ImageName, ImageFacts> images = new TreeMap<>();
    private final Map<ImageName, KnownContent> known = new TreeMap<>();
    private int left = PATIENCE;

    /** @param images as the journal knows them, or knew them last */
    public ContentSearch(Collection<ImageFacts> images) {
        images.forEach(image -> this.images.put(image.name(), image));
    }

    /** Takes the next older event in. @return whether it is of use to go on */
    public boolean add(Recorded recorded) {
        images.forEach((name, image) -> known.merge(name, KnownContent.of(recorded, image), KnownContent::or));
        left--;
        return left > 0 && images.keySet().stream().anyMatch(name -> !isComplete(name));
    }

    private boolean isComplete(ImageName name) {
        return Optional.ofNullable(known.get(name))
                .filter(content -> content.digest().isPresent() && content.sample().isPresent())
                .isPresent();
    }

    /** What was found, for each of the images. */
    public Map<ImageName, KnownContent> found() {
        Map<ImageName, KnownContent> found = new TreeMap<>(known);
        images.keySet().forEach(name -> found.putIfAbsent(name, KnownContent.NOTHING));
        return found;
    }
}
