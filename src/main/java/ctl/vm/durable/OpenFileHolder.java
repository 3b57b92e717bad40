package ctl.vm.durable;

/**
 * Who has a file open, for people to read.
 *
 * @param description such as {@code qemu-system-i386 (pid 4242)}
 */
public record OpenFileHolder(String description) {

    /** Of another user, in another container, or in the kernel. */
    static final OpenFileHolder UNSEEN = new OpenFileHolder("a process that you may not see");

    static final OpenFileHolder GONE = new OpenFileHolder("a process that has ended since");

    static OpenFileHolder process(String command, long pid) {
        return new OpenFileHolder("%s (pid %d)".formatted(command, pid));
    }
}
