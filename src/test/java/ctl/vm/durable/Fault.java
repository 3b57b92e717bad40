package ctl.vm.durable;

/** What a {@link ForgetfulDisk} can be told to answer to an act. */
public enum Fault {
    NO_SPACE(LinuxError.ENOSPC),
    INPUT_OUTPUT(5);

    /** As Linux numbers errors. */
    final int number;

    Fault(int number) {
        this.number = number;
    }
}
