package ctl.vm.durable;

import java.nio.file.Path;

/** The forgetful disk as one whose files can share blocks. */
class SharingDiskContractTest extends DiskContract {

    private final ForgetfulDisk disk = new ForgetfulDisk().sharing();

    SharingDiskContractTest() {
        disk.folder("/root/vm");
    }

    @Override
    Disk disk() {
        return disk;
    }

    @Override
    Path folder() {
        return Path.of("/root/vm");
    }

    @Override
    int umask() {
        return 022;
    }
}
