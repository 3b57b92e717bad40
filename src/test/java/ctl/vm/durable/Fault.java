package ctl.vm.durable;

import ctl.vm.problem.Errno;

/** What a {@link ForgetfulDisk} can be told to answer to an act. */
public enum Fault {
    NO_SPACE(Errno.ENOSPC),
    QUOTA(Errno.EDQUOT),
    INPUT_OUTPUT(Errno.EIO);

    /** As Linux numbers errors. */
    final int number;

    Fault(int number) {
        this.number = number;
    }
}
