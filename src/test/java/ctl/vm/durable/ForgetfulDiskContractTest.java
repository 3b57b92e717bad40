package ctl.vm.durable;

import java.nio.file.Path;

class ForgetfulDiskContractTest extends DiskContract {

    private final ForgetfulDisk disk = newDisk();

    ForgetfulDiskContractTest() {
        disk.folder("/root/vm");
    }

    ForgetfulDisk newDisk() {
        return new ForgetfulDisk();
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
