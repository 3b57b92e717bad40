package ctl.vm.compression;

/** Calls of C functions, which throw nothing. */
final class NativeCall {

    private NativeCall() {}

    /** What to throw where one seems to have done so. */
    static RuntimeException unexpected(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException known ? known : new IllegalStateException(thrown);
    }
}
