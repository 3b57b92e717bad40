package ctl.vm.durable;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountTableTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "ext4|/dev/sda1|rw,errors=remount-ro|",
        "xfs|/dev/sdb|rw|",
        "nfs4|srv:/vm|rw,vers=4.2,local_lock=none,addr=10.0.0.1|",
        "nfs|srv:/vm|rw,vers=3,nolock,local_lock=all|nfs with nolock",
        "nfs|srv:/vm|rw,vers=3,local_lock=posix|nfs with local_lock=posix",
        "nfs4|srv:/vm|rw,vers=4.2,local_lock=flock|nfs4 with local_lock=flock",
        "9p|share|rw,trans=virtio|9p",
        "virtiofs|share|rw|virtiofs",
        "cifs|//srv/vm|rw,nobrl|cifs with nobrl",
        "cifs|//srv/vm|rw,vers=3.1.1|",
        "ceph|mon:/|rw|",
        "lustre|mds:/l|rw,localflock|lustre with localflock",
        "gfs2|/dev/dm-1|rw,lockproto=lock_nolock|gfs2 with lockproto=lock_nolock",
        "fuse.sshfs|me@srv:|rw|fuse.sshfs",
        "fuse.glusterfs|srv:vol|rw|",
        "fuse|driver|rw|fuse"})
    void locks_areLocalOrNot_byTypeAndOptions(String type, String source, String options, String expected) {
        var table = new MountTable(List.of(
                "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw",
                "90 22 0:52 / /srv/vm rw,relatime shared:60 - %s %s %s".formatted(type, source, options)));

        assertThat(table.localLocks(Path.of("/srv/vm/root/vm"))).isEqualTo(Optional.ofNullable(expected));
        assertThat(table.localLocks(Path.of("/srv/vmx"))).isEmpty();
    }

    @Test
    void mountOnTopOfAnother_isTheOneThatCounts() {
        var table = new MountTable(List.of(
                "22 1 8:1 / / rw - ext4 /dev/root rw",
                "23 22 0:5 / /a\\040b rw - 9p share rw",
                "24 23 0:6 / /a\\040b rw - ext4 /dev/sdb rw",
                "25 24 0:7 / /a\\040b/c rw - 9p share rw",
                "not a line of it"));

        assertThat(table.localLocks(Path.of("/a b/d"))).isEmpty();
        assertThat(table.localLocks(Path.of("/a b/c/d"))).contains("9p");
    }
}
