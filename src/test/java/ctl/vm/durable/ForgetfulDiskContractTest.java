package ctl.vm.durable;

import java.nio.file.Path;

final class ForgetfulDiskContractTest extends DiskContract {

    private final ForgetfulDisk disk = new ForgetfulDisk();

    ForgetfulDiskContractTest() {
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
