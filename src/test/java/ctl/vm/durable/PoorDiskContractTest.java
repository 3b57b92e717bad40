package ctl.vm.durable;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The contract on filesystems that know no flags of {@code renameat2}. */
class PoorDiskContractTest {

    @Nested
    class WithoutRenameFlags extends Poor {

        @Override
        ForgetfulDisk newDisk() {
            return super.newDisk().withoutRenameFlags();
        }
    }

    @Nested
    class WithoutRenameFlagsAndSecondNames extends Poor {

        @Override
        ForgetfulDisk newDisk() {
            return super.newDisk().withoutRenameFlags().withoutSecondNames();
        }

        @Test
        @Override
        void addName_givesTheSameFileTwoNames() {
            write("a", "of a");
            assertThat(disk().addName(path("a"), path("b"))).isFalse();
            assertThat(disk().list(folder())).containsExactly(path("a"));
        }
    }

    abstract static class Poor extends ForgetfulDiskContractTest {

        @Test
        @Override
        void exchange_swapsFolders() {
            disk().createFolder(path("one"));
            disk().createFolder(path("one").resolve("below"));
            disk().createFolder(path("other"));
            assertThat(disk().exchange(path("one"), path("other"))).isFalse();
            assertThat(disk().list(path("one"))).containsExactly(path("one").resolve("below"));
        }

        /** It is not looked at. */
        @Override
        void exchange_withAMissingFile_fails() {}

        @Test
        void rename_thatDiedWithBothNames_isFinished() {
            write("a", "of a");
            write("b", "of a");
            disk().remove(path("b"));
            if (disk().addName(path("a"), path("b"))) {
                disk().finishRename(path("a"), path("b"));
                assertThat(disk().list(folder())).containsExactly(path("b"));
            }
        }

        @Test
        void rename_thatDiedWithAReservation_isFinished() {
            write("a", "of a");
            disk().create(path("b"), 0600).close();
            disk().finishRename(path("a"), path("b"));
            assertThat(disk().list(folder())).containsExactly(path("b"));
            assertThat(content("b")).isEqualTo("of a");
        }
    }
}
