package ctl.vm.inventory.value;

/** What stands under a name in the folder. */
public enum EntryKind {
    FILE("a file"),
    FOLDER("a folder"),
    LINK("a symbolic link"),
    SPECIAL("a device, pipe or socket"),
    UNREADABLE("unreadable");

    private final String words;

    EntryKind(String words) {
        this.words = words;
    }

    /** With its article, for messages. */
    public String describe() {
        return words;
    }
}
