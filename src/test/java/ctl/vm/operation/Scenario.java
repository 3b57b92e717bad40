package ctl.vm.operation;

import static ctl.vm.operation.World.GONE;
import static ctl.vm.operation.World.GONE_DELETION;
import static ctl.vm.operation.World.MY_BOX;
import static ctl.vm.operation.World.NEW;
import static ctl.vm.operation.World.OLD;
import static ctl.vm.operation.World.PACKAGE_DELETION;
import static ctl.vm.operation.World.PACKAGE;
import static ctl.vm.operation.World.READY;
import static ctl.vm.operation.World.SET;
import static ctl.vm.operation.World.SET_DELETION;

import ctl.vm.durable.ForgetfulDisk;
import ctl.vm.archive.read.TarBytes;
import ctl.vm.inventory.CompressionLevel;
import ctl.vm.inventory.CopyOptions.When;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ImageSize;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** One of the operations that can go wrong. */
public record Scenario(String name, Request request, boolean sharing, Filesystem filesystem) {

    /** What its disk can do. */
    public enum Filesystem {
        USUAL,
        /** As ext2. */
        KEEPING_FOLDERS_ONE_BY_ONE,
        /** As NFS, sshfs and bindfs. */
        WITHOUT_RENAME_FLAGS,
        /** As exFAT, which has no journal either. */
        WITHOUT_RENAME_FLAGS_AND_SECOND_NAMES;

        private ForgetfulDisk limit(ForgetfulDisk disk) {
            return switch (this) {
                case USUAL -> disk;
                case KEEPING_FOLDERS_ONE_BY_ONE -> disk.keepingFoldersOneByOne();
                case WITHOUT_RENAME_FLAGS -> disk.withoutRenameFlags();
                case WITHOUT_RENAME_FLAGS_AND_SECOND_NAMES -> disk.withoutRenameFlags().withoutSecondNames()
                        .keepingFoldersOneByOne();
            };
        }
    }

    private static final CopyOptions SHARED = new CopyOptions(When.ALWAYS, When.AUTO);
    private static final CopyOptions WITHOUT_ZEROS = new CopyOptions(When.AUTO, When.ALWAYS);

    private Scenario(String name, Request request) {
        this(name, request, false);
    }

    private Scenario(String name, Request request, boolean sharing) {
        this(name, request, sharing, Filesystem.USUAL);
    }

    /**
     * Every operation on each filesystem that cannot do all that is asked of it. How the bytes are copied makes no
     * difference.
     */
    static Stream<Scenario> everyOperationOnPoorFilesystems() {
        return Arrays.stream(Filesystem.values()).filter(filesystem -> filesystem != Filesystem.USUAL)
                .flatMap(filesystem -> everyOperation()
                        .filter(usual -> !usual.sharing && !usual.name.equals("clone without zeros"))
                        .map(usual -> new Scenario(
                                usual.name + " " + filesystem, usual.request, usual.sharing, filesystem)));
    }

    static Stream<Scenario> everyOperation() {
        return Stream.of(
                new Scenario("create", new Request.Create(NEW, ImageSize.parse("1M"), false)),
                new Scenario("create by force", new Request.Create(OLD, ImageSize.parse("1M"), true)),
                new Scenario("clone", new Request.Clone(MY_BOX, NEW, CopyOptions.USUAL, false)),
                new Scenario("clone by force", new Request.Clone(MY_BOX, OLD, CopyOptions.USUAL, true)),
                new Scenario("create by force now", new Request.Create(OLD, ImageSize.parse("1M"), true, true)),
                new Scenario("clone by sharing", new Request.Clone(MY_BOX, NEW, SHARED, false), true),
                new Scenario("clone by sharing and force", new Request.Clone(MY_BOX, OLD, SHARED, true), true),
                new Scenario("clone without zeros", new Request.Clone(MY_BOX, NEW, WITHOUT_ZEROS, false)),
                new Scenario("import", new Request.Import(PACKAGE.toString(), NEW, false, false)),
                new Scenario("import by force", new Request.Import(PACKAGE.toString(), OLD, false, true)),
                new Scenario("import raw", new Request.Import("/home/raw.img", NEW, true, false)),
                new Scenario("import compressed raw", new Request.Import("/home/raw.img.gz", NEW, true, false)),
                new Scenario("export", new Request.Export(MY_BOX, "/home/fresh.tar.gz", false, CompressionLevel.USUAL)),
                new Scenario("export by force",
                        new Request.Export(MY_BOX, "/home/stale.tar.gz", true, CompressionLevel.USUAL)),
                new Scenario("export by force now",
                        new Request.Export(MY_BOX, "/home/stale.tar.gz", true, CompressionLevel.USUAL, true)),
                new Scenario("export qcow2",
                        new Request.Export(MY_BOX, "/home/fresh.qcow2", false, CompressionLevel.USUAL)),
                new Scenario("export qcow2 by force",
                        new Request.Export(MY_BOX, "/home/stale.qcow2", true, CompressionLevel.USUAL)),
                new Scenario("undelete package", new Request.UndeletePackage(
                        PACKAGE_DELETION, MY_BOX, "/home/gone.tar.gz", "/home/fresh.tar.gz")),
                new Scenario("purge package", new Request.Purge(
                        PACKAGE_DELETION, MY_BOX, Optional.empty(), Optional.of("/home/gone.tar.gz"))),
                new Scenario("delete VM", new Request.DeleteVm(MY_BOX)),
                new Scenario("delete snapshot", new Request.DeleteSnapshot(MY_BOX, READY)),
                new Scenario("delete VM now", new Request.DeleteVm(MY_BOX, true)),
                new Scenario("delete snapshot now", new Request.DeleteSnapshot(MY_BOX, READY, true)),
                new Scenario("undelete VM", new Request.UndeleteVm(GONE_DELETION, GONE, NEW)),
                new Scenario("undelete snapshot", new Request.UndeleteSnapshot(SET_DELETION, SET, MY_BOX, SET)),
                new Scenario("purge VM", new Request.Purge(GONE_DELETION, GONE, Optional.empty())),
                new Scenario("purge snapshot", new Request.Purge(SET_DELETION, MY_BOX, Optional.of(SET))),
                new Scenario("rename", new Request.Rename(MY_BOX, NEW)));
    }

    /** With packages to import and to replace, everything durable. */
    public World prepared() {
        World world = World.make();
        world.fillTrash();
        if (sharing) {
            world.disk.sharing();
        }
        world.run(new Request.Export(MY_BOX, PACKAGE.toString(), false, CompressionLevel.USUAL));
        world.run(new Request.Export(OLD, "/home/stale.tar.gz", false, CompressionLevel.USUAL));
        world.fillTrashWith(Path.of("/home/gone.tar.gz"), world.disk.read(PACKAGE.toString()));
        world.disk.write("/home/stale.qcow2", new byte[] {1, 2, 3});
        world.disk.write("/home/raw.img", world.disk.read("/root/vm/MyBox/disk.s2e"));
        world.disk.write("/home/raw.img.gz", TarBytes.gzip(world.disk.read("/root/vm/MyBox/disk.s2e")));
        world.disk.settle();
        World fresh = world.copy();
        fresh.disk.restart(0);
        filesystem.limit(fresh.disk);
        return fresh;
    }

    @Override
    public String toString() {
        return name;
    }
}
