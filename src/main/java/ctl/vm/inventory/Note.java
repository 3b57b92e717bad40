package ctl.vm.inventory;

/**
 * Something odd in the folder that is no difference from the journal, or that must not be recorded yet.
 *
 * @param subject what it is about: {@code vm/MyBox/notes.txt}
 * @param words what is odd, and what can be done
 */
public record Note(String subject, String words) {}
