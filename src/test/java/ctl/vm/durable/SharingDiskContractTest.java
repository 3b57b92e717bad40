package ctl.vm.durable;

/** The forgetful disk as one whose files can share blocks. */
final class SharingDiskContractTest extends ForgetfulDiskContractTest {

    @Override
    ForgetfulDisk newDisk() {
        return super.newDisk().sharing();
    }
}
