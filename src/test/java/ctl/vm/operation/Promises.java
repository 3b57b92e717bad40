package ctl.vm.operation;

import static ctl.vm.operation.World.MY_BOX;
import static ctl.vm.operation.World.NEW;
import static ctl.vm.operation.World.OLD;
import static ctl.vm.operation.World.packaged;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.query.ListVms;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** What must hold after anything that went wrong. */
public final class Promises {

    private static final List<String> FILES = List.of(
            "/home/MyBox.tar.gz", "/home/fresh.tar.gz", "/home/stale.tar.gz", "/home/fresh.qcow2", "/home/stale.qcow2");

    /** The header and its one block of text. */
    private static final int ORIGIN_BYTES = 1024;

    /** What packages unpack to, by their bytes: the same few come up thousands of times. */
    private static final Map<ByteBuffer, Map<String, World.Content>> UNPACKED = new HashMap<>();

    private Promises() {}

    public static void assertPromises(String fate, World start, World goal, World world) {
        for (VmName name : List.of(MY_BOX, OLD, NEW)) {
            if (isAwayForTheExchange(world, start, goal, name)) {
                continue;
            }
            assertThat(vm(world, name)).as(fate).isIn(vm(start, name), vm(goal, name));
        }
        if (!isAwayForTheExchange(world, start, goal, OLD)) {
            assertThat(world.trash()).as("trash: " + fate).isIn(start.trash(), goal.trash());
        }
        for (String file : FILES) {
            assertThat(packageAt(world, file)).as(fate).isIn(packageAt(start, file), packageAt(goal, file));
        }
        assertThat(new ListVms(world.context()).run(List.of(), true).vms()).as(fate).isNotEmpty();
        boolean promised = starts(world) > starts(start);
        if (!promised) {
            assertAsBefore("nothing was promised: " + fate, start, world);
        } else if (world.inventory().open().isEmpty()) {
            assertReached("acknowledged: " + fate, goal, world);
        }
    }

    /**
     * Where a filesystem cannot exchange, the replaced VM goes to the trash before the new one has its name: all of it
     * is there.
     */
    private static boolean isAwayForTheExchange(World world, World start, World goal, VmName name) {
        Map<String, World.Content> trash = new HashMap<>(start.trash());
        vm(start, name).forEach((file, content) -> trash.put(name + "/" + file, content));
        return (vm(world, name).isEmpty() || vm(world, name).equals(vm(goal, name)))
                && !vm(start, name).isEmpty() && !world.disk.knowsRenameFlags()
                && world.trash().equals(trash);
    }

    public static void assertAsBefore(String fate, World start, World world) {
        for (VmName name : List.of(MY_BOX, OLD, NEW)) {
            assertThat(vm(world, name)).as(fate).isEqualTo(vm(start, name));
        }
        assertThat(world.trash()).as("trash: " + fate).isEqualTo(start.trash());
    }

    private static long starts(World world) {
        return world.events().stream().filter(event -> event instanceof Event.OperationStarted).count();
    }

    /** Goes on with what was interrupted; where nothing had been promised, asks again. */
    public static void goOn(World start, World world, Request request) {
        if (starts(world) == starts(start)) {
            world.run(request);
        }
        List.copyOf(world.inventory().open().keySet()).forEach(world.resume()::resume);
        assertThat(world.inventory().open()).isEmpty();
    }

    public static void assertReached(String fate, World goal, World world) {
        for (VmName name : List.of(MY_BOX, OLD, NEW)) {
            assertThat(vm(world, name)).as(fate).isEqualTo(vm(goal, name));
        }
        assertThat(world.trash()).as("trash: " + fate).isEqualTo(goal.trash());
        for (String file : FILES) {
            assertThat(bytesAt(world, file)).as(fate).isEqualTo(bytesAt(goal, file));
        }
        assertThat(world.disk.tree()).as(fate).doesNotContain(".partial");
    }

    /** A created image is as old as its creation; every other has the time of what it was made from. */
    private static Map<String, World.Content> vm(World world, VmName name) {
        Map<String, World.Content> files = world.vm(name);
        if (world.disk.needsReservations()) {
            files.values().removeIf(content -> !content.bytes().hasRemaining());
        }
        files.replaceAll((file, content) -> content.isAllZeros() ? content.withoutTime() : content);
        return files;
    }

    /**
     * A package that was interrupted holds the very bytes of one that was not, but for the line in front that names its
     * export: that was another one.
     */
    private static ByteBuffer bytesAt(World world, String file) {
        byte[] bytes = world.disk.exists(file) ? world.disk.read(file) : new byte[0];
        return ByteBuffer.wrap(file.endsWith(".tar.gz") && bytes.length > 0 ? withoutOrigin(bytes) : bytes);
    }

    private static byte[] withoutOrigin(byte[] packed) {
        try (var archive = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            archive.skipNBytes(ORIGIN_BYTES);
            return archive.readAllBytes();
        } catch (IOException damaged) {
            throw new UncheckedIOException(damaged);
        }
    }

    /** What a package unpacks to, and any other file as it is; nothing where there is none. */
    private static Map<String, World.Content> packageAt(World world, String file) {
        if (!world.disk.exists(file) || world.disk.needsReservations() && world.disk.read(file).length == 0) {
            return Map.of();
        }
        if (file.endsWith(".qcow2")) {
            return Map.of("", new World.Content(world.disk.read(file), Instant.EPOCH));
        }
        return UNPACKED.computeIfAbsent(ByteBuffer.wrap(world.disk.read(file)), _ -> unpack(world, file));
    }

    private static Map<String, World.Content> unpack(World world, String file) {
        World aside = world.copy();
        aside.disk.restart(0);
        VmName name = new VmName("Unpacked");
        aside.run(new Request.Import(file, name, false, false));
        return packaged(aside.vm(name));
    }
}
