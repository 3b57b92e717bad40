package ctl.vm.operation.run;

import static ctl.vm.operation.World.MY_BOX;
import static ctl.vm.operation.World.NEW;
import static ctl.vm.operation.World.OLD;
import static ctl.vm.operation.World.PACKAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.durable.PowerLost;
import ctl.vm.inventory.CompressionLevel;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.World.Content;
import ctl.vm.operation.World;
import ctl.vm.problem.AlreadyThere;
import ctl.vm.problem.Cancelled;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * New VMs whose name is taken by hand before they can get it. Nothing of them, and nothing of the other VM, is lost.
 */
class NameTakenTest {

    private static final VmName OTHER = new VmName("Other");
    private static final byte[] BY_HAND = {1, 2, 3};
    private static final byte[] OLD_PACKAGE = {4, 5, 6, 7};
    private static final Request FORCED = new Request.Clone(MY_BOX, OLD, CopyOptions.USUAL, true);
    private static final Request PIPED = new Request.Import(Request.PIPE, NEW, true, false);

    private static final int SEEDS = 5;

    static List<Request> bringingIn() {
        return List.of(
                new Request.Create(NEW, ImageSize.parse("1M"), false),
                new Request.Create(NEW, ImageSize.parse("1M"), true),
                new Request.Clone(MY_BOX, NEW, CopyOptions.USUAL, false),
                new Request.Clone(MY_BOX, NEW, CopyOptions.USUAL, true),
                new Request.Import(PACKAGE.toString(), NEW, false, false),
                new Request.Import("/root/vm/MyBox/disk.s2e", NEW, true, false),
                PIPED);
    }

    @ParameterizedTest
    @MethodSource("bringingIn")
    void vm_whoseNameIsTakenWhileItIsMade_isKeptAndGetsAnother(Request request) {
        World world = prepared();
        Map<String, Content> made = made(world, request);
        takeNameOnceBegun(world);

        assertTaken(world, request);
        OperationId id = onlyOpen(world).id();
        assertThatThrownBy(() -> world.resume().resume(id)).isInstanceOf(VmException.class);
        world.resume().resume(id, OTHER);

        assertThat(vm(world, OTHER)).isEqualTo(made);
        assertThat(world.disk.read("/root/vm/New/disk.s2e")).isEqualTo(BY_HAND);
        assertThat(world.inventory().open()).isEmpty();
        assertThat(world.inventory().vm(OTHER).orElseThrow().origin()).isEqualTo(Origin.of(request));
        assertThat(world.disk.tree()).doesNotContain(".staging/2", ".trash/2");
        AuditEntry entry = entry(world, id);
        assertThat(entry.outcome()).isEqualTo(AuditEntry.Outcome.DONE);
        assertThat(entry.request().orElseThrow().vm()).isEqualTo(OTHER);
        assertThat(entry.firstName()).contains(NEW);
    }

    @ParameterizedTest
    @MethodSource("bringingIn")
    void vm_whoseNameWasTakenAndIsFreeAgain_getsIt(Request request) {
        World world = prepared();
        Map<String, Content> made = made(world, request);
        takeNameOnceBegun(world);
        assertTaken(world, request);
        world.disk.rename(Path.of("/root/vm/New"), Path.of("/root/vm/Aside"));

        world.resume().resume(onlyOpen(world).id());

        assertThat(vm(world, NEW)).isEqualTo(made);
    }

    @ParameterizedTest
    @MethodSource("bringingIn")
    void vm_whoseNameIsTaken_isGivenUpAndLeavesNothing(Request request) {
        World world = prepared();
        takeNameOnceBegun(world);
        assertTaken(world, request);

        world.resume().abandon(onlyOpen(world).id());
        world.run(new Request.Create(OTHER, ImageSize.DEFAULT, false));

        assertThat(world.disk.read("/root/vm/New/disk.s2e")).isEqualTo(BY_HAND);
        assertThat(world.disk.tree()).doesNotContain(".staging", ".trash");
    }

    @ParameterizedTest
    @MethodSource("bringingIn")
    void powerLostAnywhere_andTheNameTakenThen_losesNothingOfWhatWasWhole(Request request) {
        World start = prepared();
        Map<String, Content> made = made(start, request);
        World goal = start.copy();
        goal.pipe(piped());
        goal.run(request);
        for (int at = 1; at <= goal.disk.acts(); at++) {
            for (long seed = 0; seed < SEEDS; seed++) {
                World world = start.copy();
                world.pipe(piped());
                losePower(world, at, seed, () -> world.run(request));
                boolean isPublished = !world.vm(NEW).isEmpty();
                if (!world.inventory().open().isEmpty() && !isPublished) {
                    OpenOperation open = onlyOpen(world);
                    world.disk.write("/root/vm/New/disk.s2e", BY_HAND);
                    String fate = "at=%d seed=%d%n%s".formatted(at, seed, world.disk.tree());
                    if (open.isLost()) {
                        assertThatThrownBy(() -> world.resume().resume(open.id(), OTHER)).as(fate)
                                .isInstanceOfSatisfying(VmException.class, lost -> assertThat(lost.problem())
                                        .isInstanceOf(Failure.PipeGone.class));
                        assertThat(vm(world, OTHER)).isEmpty();
                    } else {
                        world.resume().resume(open.id(), OTHER);
                        assertThat(vm(world, OTHER)).as(fate).isEqualTo(made);
                    }
                    assertThat(world.inventory().open()).as(fate).isEmpty();
                    assertThat(world.disk.read("/root/vm/New/disk.s2e")).as(fate).isEqualTo(BY_HAND);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("bringingIn")
    void powerLostWhileItGetsAnotherName_goesOnOrIsGivenUp(Request request) {
        World taken = prepared();
        Map<String, Content> made = made(taken, request);
        takeNameOnceBegun(taken);
        assertTaken(taken, request);
        taken.disk.settle();
        OperationId id = onlyOpen(taken).id();
        World goal = taken.copy();
        goal.disk.restart(0);
        goal.resume().resume(id, OTHER);
        for (int at = 1; at <= goal.disk.acts() + 1; at++) {
            for (long seed = 0; seed < SEEDS; seed++) {
                World world = taken.copy();
                losePower(world, at, seed, () -> world.resume().resume(id, OTHER));
                String fate = "at=%d seed=%d%n%s".formatted(at, seed, world.disk.tree());
                assertThat(vm(world, OTHER)).as(fate).isIn(Map.of(), made);
                World givenUp = world.copy();
                if (!world.inventory().open().isEmpty()) {
                    boolean isChosen = onlyOpen(world).request().vm().equals(OTHER);
                    if (isChosen) {
                        world.resume().resume(id);
                    } else {
                        world.resume().resume(id, OTHER);
                    }
                    givenUp.resume().abandon(id);
                }
                assertThat(vm(world, OTHER)).as(fate).isEqualTo(made);
                assertThat(world.inventory().open()).as(fate).isEmpty();
                assertThat(vm(givenUp, OTHER)).as(fate).isIn(Map.of(), made);
                assertThat(givenUp.disk.read("/root/vm/New/disk.s2e")).as(fate).isEqualTo(BY_HAND);
                givenUp.run(new Request.Create(new VmName("Next"), ImageSize.DEFAULT, false));
                assertThat(givenUp.disk.tree()).as(fate).doesNotContain(".staging");
            }
        }
    }

    @Test
    void anotherVmUnderTheNameOfTheReplaced_isNotReplaced() {
        World world = prepared();
        Map<String, Content> old = world.vm(OLD);
        onceBegun(world, () -> swapOld(world));

        assertThatThrownBy(() -> world.run(FORCED)).isInstanceOfSatisfying(VmException.class,
                taken -> assertThat(taken.problem()).isEqualTo(new AlreadyThere.TakenMeanwhile(
                        new AlreadyThere.NotTheReplaced("Old"), FORCED.describe(), true,
                        onlyOpen(world).id().text())));

        assertThat(world.disk.read("/root/vm/Old/disk.s2e")).isEqualTo(BY_HAND);
        assertThat(world.vm(new VmName("Aside"))).isEqualTo(old);
        world.resume().resume(onlyOpen(world).id(), OTHER);
        assertThat(world.vm(OTHER)).isEqualTo(world.vm(MY_BOX));
        assertThat(world.disk.read("/root/vm/Old/disk.s2e")).isEqualTo(BY_HAND);
        assertThat(world.trash()).isEmpty();
    }

    /** Who asks once more means the one that is there now. */
    @Test
    void sameCommandAgain_replacesTheOneThatIsThereNow() {
        World world = prepared();
        onceBegun(world, () -> swapOld(world));
        assertThatThrownBy(() -> world.run(FORCED)).isInstanceOf(VmException.class);

        world.run(FORCED);

        assertThat(world.vm(OLD)).isEqualTo(world.vm(MY_BOX));
        assertThat(world.trash()).containsOnlyKeys("Old/disk.s2e");
        assertThat(world.trash().get("Old/disk.s2e").bytes().array()).isEqualTo(BY_HAND);
        assertThat(world.events()).anyMatch(event -> event instanceof Event.TargetChosen chosen
                && chosen.vm().equals(OLD) && chosen.replaces().isPresent());
        assertThat(world.inventory().open()).isEmpty();
    }

    @Test
    void link_inTheWay_costsNothingEither() {
        World world = prepared();
        onceBegun(world, () -> world.disk.createLink(Path.of("/root/vm/New"), Path.of("/home")));

        assertThatThrownBy(() -> world.run(PIPED)).isInstanceOfSatisfying(VmException.class,
                taken -> assertThat(taken.problem()).isInstanceOf(AlreadyThere.TakenMeanwhile.class));
        world.resume().resume(onlyOpen(world).id(), OTHER);

        assertThat(vm(world, OTHER)).isEqualTo(made(prepared(), PIPED));
    }

    @Test
    void pipe_thatIsStoppedWhenAllHasComeThrough_isKept() {
        World world = prepared();
        world.stop.alsoFor(() -> world.inventory().open().values().stream().anyMatch(open -> open.staged().isPresent())
                ? Optional.of(new Cancelled(Cancelled.Signal.INTERRUPT))
                : Optional.empty());
        assertThatThrownBy(() -> world.run(PIPED)).isInstanceOf(VmException.class);

        World later = world.copy();
        later.resume().resume(onlyOpen(later).id());

        assertThat(vm(later, NEW)).isEqualTo(made(prepared(), PIPED));
    }

    /** The journal may be what fails, and with it the record that all is there. */
    @Test
    void pipe_whoseRecordFailsWhenAllHasComeThrough_isKept() {
        World goal = prepared();
        int before = goal.events().size();
        goal.run(PIPED);
        List<Event> events = goal.events().subList(before, goal.events().size());
        for (int at = 2; at <= events.size(); at++) {
            for (boolean stored : List.of(false, true)) {
                World world = prepared();
                world.journal.failAt(at, stored);
                try {
                    world.run(PIPED);
                } catch (VmException failed) {
                    world.resume().resume(onlyOpen(world).id());
                }
                assertThat(vm(world, NEW)).as("append %d stored %s", at, stored).isEqualTo(vm(goal, NEW));
            }
        }
    }

    /** What comes through a pipe today is not what came through it yesterday. */
    @Test
    void pipe_onceMore_isAnotherImport() {
        World world = prepared();
        takeNameOnceBegun(world);
        assertTaken(world, PIPED);
        Map<String, Content> first = made(prepared(), PIPED);
        world.disk.rename(Path.of("/root/vm/New"), Path.of("/root/vm/Aside"));
        byte[] second = new byte[4096];
        second[7] = 7;
        world.pipe(second);

        world.run(PIPED);

        assertThat(world.disk.read("/root/vm/New/disk.s2e")).isEqualTo(second);
        world.resume().resume(onlyOpen(world).id(), OTHER);
        assertThat(vm(world, OTHER)).isEqualTo(first);
    }

    @Test
    void anotherName_forWhatBringsInNoVm_isRefused() {
        World world = prepared();
        Request deletion = new Request.DeleteVm(OLD);
        world.run(new Request.Rename(OLD, new VmName("Known")));
        world.run(new Request.Rename(new VmName("Known"), OLD));
        world.journal.failAt(2, false);
        assertThatThrownBy(() -> world.run(deletion)).isInstanceOf(VmException.class);

        assertThatThrownBy(() -> world.resume().resume(onlyOpen(world).id(), OTHER)).isInstanceOfSatisfying(
                VmException.class,
                refused -> assertThat(refused.problem()).isInstanceOf(Misuse.BringsInNothing.class));
    }

    @Test
    void anotherName_thatIsTaken_isRefusedAndChangesNothing() {
        World world = prepared();
        takeNameOnceBegun(world);
        assertTaken(world, PIPED);
        OperationId id = onlyOpen(world).id();
        List<Event> before = world.events();

        assertThatThrownBy(() -> world.resume().resume(id, MY_BOX)).isInstanceOfSatisfying(VmException.class,
                refused -> assertThat(refused.problem()).isEqualTo(new AlreadyThere.VmInTheWay("MyBox")));
        assertThat(world.events()).isEqualTo(before);
    }

    @Test
    void anotherName_forAVmThatStandsUnderItsOwn_isRefused() {
        World world = replacedAndDied(_ -> true);

        assertThatThrownBy(() -> world.resume().resume(onlyOpen(world).id(), OTHER)).isInstanceOfSatisfying(
                VmException.class,
                refused -> assertThat(refused.problem()).isInstanceOf(Misuse.BroughtInAlready.class));
        world.resume().resume(onlyOpen(world).id());
        assertThat(world.trash()).containsOnlyKeys("Old/disk.s2e");
    }

    /** Between the exchange and its record, the new one is moved away: what is left in staging is the old one. */
    @Test
    void vmMovedAwayByHandAfterTheExchange_costsTheReplacedOneNothing() {
        for (boolean inTrash : List.of(false, true)) {
            World world = replacedAndDied(one -> one.trash().isEmpty() != inTrash);
            Map<String, Content> old = prepared().vm(OLD);
            OperationId id = onlyOpen(world).id();
            world.disk.rename(Path.of("/root/vm/Old"), Path.of("/root/vm/Mine"));

            assertThatThrownBy(() -> world.resume().resume(id)).isInstanceOfSatisfying(VmException.class,
                    gone -> assertThat(gone.problem()).isInstanceOf(Unsafe.StagedIsGone.class));
            world.resume().abandon(id);

            assertThat(world.vm(OLD)).as("in trash: %s", inTrash).isEqualTo(old);
            assertThat(world.vm(new VmName("Mine"))).isEqualTo(world.vm(MY_BOX));
        }
    }

    /** A package takes longer than its name lasts, too. */
    @Test
    void package_whoseNameIsTakenMeanwhile_isKept() {
        World world = prepared();
        String file = "/home/fresh.tar.gz";
        Request export = new Request.Export(MY_BOX, file, false, CompressionLevel.USUAL);
        onceBegun(world, () -> world.disk.write(file, BY_HAND));

        assertThatThrownBy(() -> world.run(export)).isInstanceOfSatisfying(VmException.class,
                taken -> assertThat(taken.problem()).isInstanceOf(AlreadyThere.TakenMeanwhile.class));
        world.disk.rename(Path.of(file), Path.of("/home/mine"));
        world.resume().resume(onlyOpen(world).id());

        assertThat(world.disk.read(file)).isEqualTo(world.disk.read(PACKAGE.toString()));
        assertThat(world.disk.read("/home/mine")).isEqualTo(BY_HAND);
    }

    /** Between the exchange and its record, the new package is moved away: what has the partial name is the old one. */
    @Test
    void packageMovedAwayByHandAfterTheExchange_costsTheReplacedOneNothing() {
        int tried = 0;
        for (boolean isNameTaken : List.of(false, true)) {
            for (World world : exportsThatDiedAfterTheExchange()) {
                tried++;
                OperationId id = onlyOpen(world).id();
                world.disk.rename(PACKAGE, Path.of("/home/mine.tar.gz"));
                if (isNameTaken) {
                    world.disk.write(PACKAGE.toString(), BY_HAND);
                }

                assertThatThrownBy(() -> world.resume().resume(id)).isInstanceOfSatisfying(VmException.class,
                        gone -> assertThat(gone.problem()).isInstanceOf(Unsafe.StagedIsGone.class));
                if (isNameTaken) {
                    assertThatThrownBy(() -> world.resume().abandon(id)).isInstanceOfSatisfying(VmException.class,
                            taken -> assertThat(taken.problem()).isInstanceOf(AlreadyThere.PackageExists.class));
                    assertThat(world.disk.read(PACKAGE.toString())).isEqualTo(BY_HAND);
                    world.disk.remove(PACKAGE);
                }
                world.resume().abandon(id);

                assertThat(world.disk.read(PACKAGE.toString())).isEqualTo(OLD_PACKAGE);
                assertThat(world.disk.read("/home/mine.tar.gz"))
                        .isEqualTo(prepared().disk.read(PACKAGE.toString()));
                assertThat(world.disk.tree()).doesNotContain("partial", ".trash/2");
            }
        }
        assertThat(tried).isPositive();
    }

    /** Worlds in which power went between the exchange of two packages and its record. */
    private static List<World> exportsThatDiedAfterTheExchange() {
        World start = prepared();
        byte[] whole = start.disk.read(PACKAGE.toString());
        start.disk.write(PACKAGE.toString(), OLD_PACKAGE);
        Request export = new Request.Export(MY_BOX, PACKAGE.toString(), true, CompressionLevel.USUAL);
        World goal = start.copy();
        int acts = goal.disk.acts();
        goal.run(export);
        List<World> worlds = new ArrayList<>();
        for (int at = 1; at <= goal.disk.acts() - acts; at++) {
            World world = start.copy();
            losePower(world, at, 0, () -> world.run(export));
            world.disk.settle();
            boolean isOldThere = world.disk.tree().contains("partial");
            if (!world.inventory().open().isEmpty() && isOldThere
                    && Arrays.equals(world.disk.read(PACKAGE.toString()), whole)) {
                worlds.add(world);
            }
        }
        return worlds;
    }

    private static World prepared() {
        World world = World.make();
        world.run(new Request.Export(MY_BOX, PACKAGE.toString(), false, CompressionLevel.USUAL));
        world.pipe(piped());
        return world;
    }

    private static byte[] piped() {
        return World.make().disk.read("/root/vm/MyBox/disk.s2e");
    }

    /** What the request makes where nothing is in its way. */
    private static Map<String, Content> made(World start, Request request) {
        World goal = start.copy();
        goal.pipe(piped());
        goal.run(request);
        return vm(goal, NEW);
    }

    private static Map<String, Content> vm(World world, VmName name) {
        Map<String, Content> files = world.vm(name);
        // A created image, and one from a pipe, is as old as its creation.
        files.replaceAll((_, content) -> content.withoutTime());
        return files;
    }

    private static void takeNameOnceBegun(World world) {
        onceBegun(world, () -> world.disk.write("/root/vm/New/disk.s2e", BY_HAND));
    }

    /** Does something by hand as soon as an operation has begun. */
    private static void onceBegun(World world, Runnable byHand) {
        List<Boolean> done = new ArrayList<>();
        world.stop.alsoFor(() -> {
            if (done.isEmpty() && !world.inventory().open().isEmpty()) {
                done.add(true);
                byHand.run();
            }
            return Optional.empty();
        });
    }

    private static void swapOld(World world) {
        world.disk.rename(Path.of("/root/vm/Old"), Path.of("/root/vm/Aside"));
        world.disk.write("/root/vm/Old/disk.s2e", BY_HAND);
    }

    private static void assertTaken(World world, Request request) {
        assertThatThrownBy(() -> world.run(request)).isInstanceOfSatisfying(VmException.class, taken -> {
            assertThat(taken.problem()).isInstanceOf(AlreadyThere.TakenMeanwhile.class);
            assertThat(taken.problem().exitCode()).isEqualTo(5);
        });
        OpenOperation open = onlyOpen(world);
        assertThat(open.staged()).isPresent();
        assertThat(open.interrupted().orElseThrow().exitCode()).isEqualTo(5);
        assertThat(world.disk.read("/root/vm/New/disk.s2e")).isEqualTo(BY_HAND);
    }

    /** A world in which power went between the exchange and its record. */
    private static World replacedAndDied(Predicate<World> wanted) {
        World goal = prepared();
        int acts = goal.disk.acts();
        goal.run(FORCED);
        for (int at = 1; at <= goal.disk.acts() - acts; at++) {
            for (long seed = 0; seed < SEEDS; seed++) {
                World world = prepared();
                losePower(world, at, seed, () -> world.run(FORCED));
                world.disk.settle();
                if (world.vm(OLD).equals(world.vm(MY_BOX)) && !world.inventory().open().isEmpty()
                        && wanted.test(world)) {
                    return world;
                }
            }
        }
        throw new AssertionError("never between the exchange and its record");
    }

    private static void losePower(World world, int at, long seed, Runnable work) {
        world.disk.losePowerAt(at);
        try {
            work.run();
        } catch (PowerLost expected) {
            // The machine is off.
        }
        world.disk.restart(seed);
        world.locks.processDies();
    }

    private static OpenOperation onlyOpen(World world) {
        assertThat(world.inventory().open()).hasSize(1);
        return world.inventory().open().values().iterator().next();
    }

    private static AuditEntry entry(World world, OperationId id) {
        List<AuditEntry> entries = new ArrayList<>();
        world.journal.entries(AuditFilter.of(Set.of(id)), entry -> {
            if (entry.request().isPresent()) {
                entries.add(entry);
            }
            return true;
        });
        return entries.getFirst();
    }
}
