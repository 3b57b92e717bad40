package ctl.vm.inventory;

import static ctl.vm.inventory.Sample.folder;
import static ctl.vm.inventory.Sample.folderVm;
import static ctl.vm.inventory.Sample.image;
import static ctl.vm.inventory.Sample.snapshot;
import static ctl.vm.inventory.Sample.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ctl.vm.inventory.value.EntryKind;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.problem.AlreadyThere;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.NotFound;
import ctl.vm.problem.Problem;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RulesTest {

    private static final FolderImage DISK = image("disk.s2e", 4096, Sample.NOON);
    private static final FolderImage READY = image("disk.s2e.ready", 512, Sample.NOON);

    @Test
    void create_underAFreeName_isStarted() {
        Request request = new Request.Create(vm("MyBox"), ImageSize.DEFAULT, false);

        assertThat(decide(request, Folder.EMPTY)).containsExactly(new Event.OperationStarted(request));
    }

    @Test
    void create_underATakenName_isRefused() {
        Request request = new Request.Create(vm("MyBox"), ImageSize.DEFAULT, false);

        assertThat(problem(request, folder(folderVm("MyBox", DISK)))).isEqualTo(new AlreadyThere.VmExists("MyBox"));
    }

    @Test
    void create_byForceOverAVmMadeByHand_firstRecordsWhatWasThere() {
        Request request = new Request.Create(vm("MyBox"), ImageSize.DEFAULT, true);

        assertThat(decide(request, folder(folderVm("MyBox", DISK))))
                .containsExactly(
                        new Event.VmFound(vm("MyBox"), List.of(DISK.facts())), new Event.OperationStarted(request));
    }

    @Test
    void create_overAVmThatWasRemovedByHand_firstRecordsThatItVanished() {
        Request request = new Request.Create(vm("MyBox"), ImageSize.DEFAULT, false);

        assertThat(Rules.decide(request, knowing("MyBox"), Folder.EMPTY, Optional.empty()))
                .containsExactly(knowing("MyBox").vm(vm("MyBox")).orElseThrow().vanished(),
                        new Event.OperationStarted(request));
    }

    @Test
    void create_underANameThatLooksLikeAnother_isRefused() {
        String composed = "\u00f6";
        String decomposed = "o\u0308";
        Request request = new Request.Create(vm(decomposed), ImageSize.DEFAULT, false);

        assertThat(problem(request, folder(folderVm(composed, DISK))))
                .isEqualTo(new AlreadyThere.VmLooksAlike(decomposed, composed));
    }

    @Test
    void create_whereAFileIsInTheWay_isRefused() {
        Request request = new Request.Create(vm("MyBox"), ImageSize.DEFAULT, true);

        assertThat(problem(request, holding("MyBox", EntryKind.FILE)))
                .isEqualTo(new AlreadyThere.NameTaken("MyBox", "a file"));
    }

    @Test
    void clone_ofAVmMadeByHand_isStartedWithoutAdoptingIt() {
        Request request = new Request.Clone(vm("MyBox"), vm("Two"), CopyOptions.USUAL, false);

        assertThat(decide(request, folder(folderVm("MyBox", DISK))))
                .containsExactly(new Event.OperationStarted(request));
    }

    @Test
    void clone_ofAMistypedName_namesTheNearest() {
        Request request = new Request.Clone(vm("MyBxo"), vm("Two"), CopyOptions.USUAL, false);

        assertThat(problem(request, folder(folderVm("MyBox", DISK))))
                .isEqualTo(new NotFound.NoSuchVm("MyBxo", Optional.of("MyBox")));
    }

    @Test
    void clone_ontoItself_isRefusedEvenByForce() {
        Request request = new Request.Clone(vm("MyBox"), vm("MyBox"), CopyOptions.USUAL, true);

        assertThat(problem(request, folder(folderVm("MyBox", DISK)))).isEqualTo(new Misuse.OntoItself("MyBox"));
    }

    @Test
    void clone_ofADefunctVm_isRefused() {
        Request request = new Request.Clone(vm("MyBox"), vm("Two"), CopyOptions.USUAL, false);

        assertThat(problem(request, folder(folderVm("MyBox", READY)))).isEqualTo(new NotFound.DefunctVm("MyBox"));
    }

    @Test
    void clone_ofALinkedImage_isRefusedAsUnsafe() {
        Request request = new Request.Clone(vm("MyBox"), vm("Two"), CopyOptions.USUAL, false);
        FolderImage link = image("disk.s2e", EntryKind.LINK, 9, Sample.NOON, Optional.empty());

        assertThat(problem(request, folder(folderVm("MyBox", link))))
                .isEqualTo(new Unsafe.NotAnImage("MyBox", "disk.s2e", "a symbolic link"));
    }

    @Test
    void clone_ofALinkedVm_isRefusedAsUnsafe() {
        Request request = new Request.Clone(vm("MyBox"), vm("Two"), CopyOptions.USUAL, false);

        assertThat(problem(request, holding("MyBox", EntryKind.LINK))).isEqualTo(new Unsafe.LinkedVm("MyBox"));
    }

    @Test
    void export_ofAnUnknownVm_isRefused() {
        Request request = new Request.Export(vm("MyBox"), "/tmp/MyBox.tar.gz", false, CompressionLevel.USUAL);

        assertThat(problem(request, Folder.EMPTY)).isEqualTo(new NotFound.NoSuchVm("MyBox", Optional.empty()));
    }

    @Test
    void deleteVm_madeByHand_firstRecordsThatItWasFound() {
        Request request = new Request.DeleteVm(vm("MyBox"));

        assertThat(decide(request, folder(folderVm("MyBox", DISK))))
                .containsExactly(
                        new Event.VmFound(vm("MyBox"), List.of(DISK.facts())), new Event.OperationStarted(request));
    }

    @Test
    void deleteSnapshot_thatS2eWrote_firstRecordsThatItWasFound() {
        Request request = new Request.DeleteSnapshot(vm("MyBox"), snapshot("ready"));

        assertThat(Rules.decide(
                request, knowing("MyBox"), folder(folderVm("MyBox", DISK, READY)), Optional.empty()))
                .containsExactly(
                        new Event.SnapshotFound(vm("MyBox"), READY.facts()), new Event.OperationStarted(request));
    }

    @Test
    void deleteSnapshot_underAMistypedName_namesTheNearest() {
        Request request = new Request.DeleteSnapshot(vm("MyBox"), snapshot("raedy"));

        assertThat(problem(request, folder(folderVm("MyBox", DISK, READY))))
                .isEqualTo(new NotFound.NoSuchSnapshot("MyBox", "raedy", Optional.of("ready")));
    }

    private static List<Event> decide(Request request, Folder folder) {
        return Rules.decide(request, Inventory.EMPTY, folder, Optional.empty());
    }

    private static Problem problem(Request request, Folder folder) {
        VmException refused = catchThrowableOfType(VmException.class, () -> decide(request, folder));
        assertThat(refused).isNotNull();
        return refused.problem();
    }

    private static Inventory knowing(String name) {
        return Sample.folded(Inventory.EMPTY, 1, 1, new Event.VmFound(vm(name), List.of(DISK.facts())));
    }

    private static Folder holding(String name, EntryKind kind) {
        return new Folder(new TreeMap<>(Map.of(name, kind)), Map.of());
    }
}
