package ctl.vm.operation;

import static ctl.vm.operation.World.MY_BOX;
import static ctl.vm.operation.World.NEW;
import static ctl.vm.operation.World.OLD;
import static ctl.vm.operation.World.PACKAGE;
import static ctl.vm.operation.World.READY;

import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.ImageSize;
import ctl.vm.inventory.Request;
import java.util.stream.Stream;

/** One of the operations that can go wrong. */
record Scenario(String name, Request request) {

    static Stream<Scenario> everyOperation() {
        return Stream.of(
                new Scenario("create", new Request.Create(NEW, ImageSize.parse("1M"), false)),
                new Scenario("create by force", new Request.Create(OLD, ImageSize.parse("1M"), true)),
                new Scenario("clone", new Request.Clone(MY_BOX, NEW, CopyOptions.USUAL, false)),
                new Scenario("clone by force", new Request.Clone(MY_BOX, OLD, CopyOptions.USUAL, true)),
                new Scenario("import", new Request.Import(PACKAGE.toString(), NEW, false, false)),
                new Scenario("import by force", new Request.Import(PACKAGE.toString(), OLD, false, true)),
                new Scenario("import raw", new Request.Import("/home/raw.img", NEW, true, false)),
                new Scenario("export", new Request.Export(MY_BOX, "/home/fresh.tar.gz", false)),
                new Scenario("export by force", new Request.Export(MY_BOX, "/home/stale.tar.gz", true)),
                new Scenario("delete VM", new Request.DeleteVm(MY_BOX)),
                new Scenario("delete snapshot", new Request.DeleteSnapshot(MY_BOX, READY)));
    }

    /** With packages to import and to replace, everything durable. */
    static World prepared() {
        World world = World.make();
        world.run(new Request.Export(MY_BOX, PACKAGE.toString(), false));
        world.run(new Request.Export(OLD, "/home/stale.tar.gz", false));
        world.disk.write("/home/raw.img", world.disk.read("/root/vm/MyBox/disk.s2e"));
        world.disk.settle();
        World fresh = world.copy();
        fresh.disk.restart(0);
        return fresh;
    }

    @Override
    public String toString() {
        return name;
    }
}
