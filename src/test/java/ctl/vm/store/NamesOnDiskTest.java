package ctl.vm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.durable.Disk;
import ctl.vm.durable.ForgetfulDisk;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.linux.LinuxError;
import ctl.vm.problem.AlreadyThere;
import ctl.vm.problem.Errno;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.VmException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Filesystems that take two names for one, or do not take a name. */
class NamesOnDiskTest {

    private static final Path VMS = Path.of("/root/vm");
    private static final Layout LAYOUT = new Layout(Path.of("/root"), VMS);
    private static final VmName MY_BOX = new VmName("MyBox");

    private final ForgetfulDisk disk = new ForgetfulDisk();

    NamesOnDiskTest() {
        List.of("/root", "/root/vm", "/root/vm/MyBox").forEach(disk::folder);
    }

    @Test
    void folderThatExt4MakesForItsRepair_isNoVm_whereTheVmsHaveAFilesystemOfTheirOwn() {
        VmName made = new VmName("lost+found");
        disk.folder("/root/vm/lost+found");

        assertThat(new Store(disk, LAYOUT).lookAtAll().vms()).as("a folder that a user has made").containsKey(made);
        assertThat(new Store(mounted(), LAYOUT).lookAtAll().vms()).containsOnlyKeys(MY_BOX);
    }

    /** With the folder of VMs on another device than its root. */
    private Disk mounted() {
        return (Disk) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Disk.class},
                (_, method, arguments) -> {
                    Object result = method.invoke(disk, arguments);
                    return method.getName().equals("entry") && ((Path) arguments[0]).startsWith(VMS)
                            ? ((Optional<?>) result).map(entry -> onAnotherDevice((Disk.Entry) entry))
                            : result;
                });
    }

    private static Disk.Entry onAnotherDevice(Disk.Entry entry) {
        return new Disk.Entry(entry.kind(), entry.size(), entry.modified(), entry.changed(), entry.device() + 1,
                entry.inode(), entry.mode());
    }

    @Test
    void nameThatDiffersInItsCase_isRefusedWhereTheFilesystemDoesNotDistinguishThat() {
        Store store = new Store(ignoringCase(), LAYOUT);

        assertThatThrownBy(() -> store.requireDistinct(new VmName("mybox")))
                .isInstanceOfSatisfying(VmException.class, refused -> assertThat(refused.problem())
                        .isEqualTo(new AlreadyThere.SameToTheFilesystem("mybox", "MyBox")));
        store.requireDistinct(MY_BOX);
        store.requireDistinct(new VmName("Other"));
        new Store(disk, LAYOUT).requireDistinct(new VmName("mybox"));
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.ENOENT, Errno.EINVAL, Errno.ENAMETOOLONG, Errno.EILSEQ, Errno.EPERM})
    void nameThatTheFilesystemDoesNotTake_isRefusedBeforeAnythingIsCopied(int errno) {
        VmName name = new VmName("My*Box");
        var staging = new Staging(
                refusing('*', errno), LAYOUT, LAYOUT.staging(OperationId.of("20261130-000000-abcd").orElseThrow()),
                List::of);
        staging.prepare();

        assertThatThrownBy(() -> staging.requireName(name))
                .isInstanceOfSatisfying(VmException.class, refused -> assertThat(refused.problem())
                        .isInstanceOf(Misuse.BadName.class));
        staging.requireName(new VmName("My?Box"));
        staging.requireName(MY_BOX);
        assertThat(disk.tree()).doesNotContain("My?Box");
    }

    @Test
    void renameToANameThatTheFilesystemDoesNotTake_saysSo() {
        Store store = new Store(refusing('*', Errno.ENOENT), LAYOUT);

        assertThatThrownBy(() -> store.rename(MY_BOX, new VmName("My*Box")))
                .isInstanceOfSatisfying(VmException.class, refused -> assertThat(refused.problem())
                        .isInstanceOf(Misuse.BadName.class));
        assertThat(disk.entry(VMS.resolve("MyBox"))).isPresent();
    }

    private Disk ignoringCase() {
        return disk((name, arguments) -> {
            if (name.equals("entry")) {
                String wanted = arguments[0].toString().toLowerCase(Locale.ROOT);
                return disk.list(VMS).stream()
                        .filter(path -> path.toString().toLowerCase(Locale.ROOT).equals(wanted))
                        .findFirst()
                        .<Object>map(disk::entry);
            }
            return Optional.empty();
        });
    }

    private Disk refusing(char character, int errno) {
        return disk((name, arguments) -> {
            Object last = arguments == null ? "" : arguments[name.startsWith("rename") ? 1 : 0];
            if ((name.equals("createFolder") || name.startsWith("rename")) && last.toString().indexOf(character) >= 0) {
                throw LinuxError.of(errno, name, (Path) last);
            }
            return Optional.empty();
        });
    }

    /** The disk, except for the calls that are answered otherwise. */
    private Disk disk(Answer answer) {
        return (Disk) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Disk.class},
                (_, method, arguments) -> {
                    Optional<Object> other = answer.to(method.getName(), arguments);
                    try {
                        return other.isPresent() ? other.get() : method.invoke(disk, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }

    private interface Answer {
        Optional<Object> to(String method, Object[] arguments);
    }
}
