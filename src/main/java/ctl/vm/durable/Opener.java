package ctl.vm.durable;

/**
 * Who has a file open, for people to read.
 *
 * @param words such as {@code qemu-system-i386 (pid 4242)}
 */
public record Opener(String words) {

    /** Of another user, in another container, or in the kernel. */
    static final Opener UNSEEN = new Opener("a process that you may not see");

    static final Opener GONE = new Opener("a process that has ended since");

    static Opener process(String command, long pid) {
        return new Opener("%s (pid %d)".formatted(command, pid));
    }
}
