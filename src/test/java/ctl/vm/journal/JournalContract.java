package ctl.vm.journal;

import static ctl.vm.journal.json.Samples.BOX;
import static ctl.vm.journal.json.Samples.DISK;
import static ctl.vm.journal.json.Samples.NOON;
import static ctl.vm.journal.json.Samples.READY;
import static ctl.vm.journal.json.Samples.READY_IMAGE;
import static ctl.vm.journal.json.Samples.TWO;
import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.operation;
import static ctl.vm.journal.json.Samples.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.CompressionLevel;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.ImpossibleEvent;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.inventory.recognition.KnownContent;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.RootId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.json.Samples;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every journal does. */
public abstract class JournalContract {

    /** A new journal, without events, that writes as {@link Samples#ACTOR} at {@link Samples#NOON}. */
    public abstract Journal journal() throws Exception;

    @Test
    void inventory_withoutEvents_isEmpty() throws Exception {
        assertThat(journal().inventory()).isEqualTo(Inventory.EMPTY);
        assertThat(journal().latest()).isEqualTo(new Journal.Latest(Inventory.EMPTY, Optional.empty()));
        assertThat(read(journal(), 1)).isEmpty();
    }

    @Test
    void append_returnsTheEventInItsPlace() throws Exception {
        Recorded recorded = journal().append(operation(1), found("MyBox"));

        assertThat(recorded.sequence()).isEqualTo(1);
        assertThat(recorded.operation()).isEqualTo(operation(1));
        assertThat(recorded.time()).isEqualTo(NOON);
        assertThat(recorded.actor()).isEqualTo(Samples.ACTOR);
        assertThat(recorded.event()).isEqualTo(found("MyBox"));
        assertThat(recorded.previous()).isEqualTo("0".repeat(64));
        assertThat(recorded.hash()).matches("[0-9a-f]{64}").isNotEqualTo(recorded.previous());
    }

    @Test
    void events_readBack_areThoseAppendedInOrder() throws Exception {
        Journal journal = journal();
        List<Recorded> appended = appendClone(journal);

        assertThat(read(journal, 1)).isEqualTo(appended);
        assertThat(read(journal, 0)).isEqualTo(appended);
        assertThat(read(journal, 3)).isEqualTo(appended.subList(2, 4));
        assertThat(read(journal, 5)).isEmpty();
    }

    @Test
    void events_eachHoldTheHashOfTheOneBefore() throws Exception {
        Journal journal = journal();
        appendClone(journal);

        String previous = "0".repeat(64);
        for (Recorded recorded : read(journal, 1)) {
            assertThat(recorded.previous()).isEqualTo(previous);
            previous = recorded.hash();
        }
    }

    @Test
    void identity_isTheHashOfTheFirstEvent_andThereIsNoneWithout() throws Exception {
        Journal journal = journal();
        assertThat(journal.identity()).isEmpty();
        List<Recorded> appended = appendClone(journal);

        assertThat(journal.identity()).contains(new RootId(appended.getFirst().hash()));
    }

    @Test
    void inventory_isTheFoldOfTheEvents() throws Exception {
        Journal journal = journal();
        Inventory fold = Inventory.EMPTY;
        for (Recorded recorded : appendClone(journal)) {
            fold = fold.after(recorded);
        }

        assertThat(journal.inventory()).isEqualTo(fold);
        assertThat(journal.latest().inventory()).isEqualTo(fold);
        assertThat(fold.vms()).containsOnlyKeys(BOX, TWO);
    }

    @Test
    void tables_rowsOfSomeEvents_areThoseThatTheyMayHaveChangedAsTheyAreNow() throws Exception {
        Journal journal = journal();
        List<Recorded> clone = appendClone(journal);
        VmName renamed = new VmName("Renamed");
        journal.append(operation(2), started(new Request.Rename(BOX, renamed)));
        journal.append(operation(2), new Event.VmRenamed(BOX, renamed));

        Journal.Tables.Rows first = journal.tables(tables -> {
            assertThat(tables.newest()).isEqualTo(6);
            return tables.rows(Journal.Changed.by(clone));
        }).orElseThrow();
        Journal.Tables.Rows rest = journal.tables(tables -> tables.rows(
                Journal.Changed.by(read(journal, 5)))).orElseThrow();

        assertThat(first.entries()).contains("\"sequence\":1,", "\"action\":\"clone\"").doesNotContain("rename");
        assertThat(first.vms()).as("the first VM has another name by now")
                .contains("\"name\":\"Two\"").doesNotContain("\"name\":\"MyBox\"");
        assertThat(first.images()).contains("\"vm\":\"Two\",\"file\":\"disk.s2e\"", "\"modified_ns\":");
        assertThat(rest.entries()).contains("\"sequence\":5,\"latest\":6,").doesNotContain("\"sequence\":1,");
        assertThat(rest.names()).contains("{\"vm_id\":1,\"name\":\"MyBox\"}", "{\"vm_id\":1,\"name\":\"Renamed\"}");
        assertThat(rest.vms()).contains("\"name\":\"Renamed\"").doesNotContain("Two");
    }

    @Test
    void tables_textsThatAServerDoesNotStore_areMadeStorable() throws Exception {
        Journal journal = journal();
        journal.append(operation(1), started(new Request.Create(BOX, ImageSize.DEFAULT, false)));
        Recorded failed = journal.append(operation(1),
                new Event.OperationFailed("NUL \0, half \ud800, \ud83d\ude00", 1));

        assertThat(journal.tables(tables -> tables.rows(Journal.Changed.by(List.of(failed)))).orElseThrow().entries())
                .contains("\"reason\":\"NUL \ufffd, half \ufffd, \ud83d\ude00\"");
    }

    @Test
    void tables_withoutEvents_areNoneOrEmpty() throws Exception {
        assertThat(journal().tables(Journal.Tables::newest).orElse(0L)).isZero();
    }

    @Test
    void ancestors_ofAClone_areItsSourceByItsLastNameAlsoWhenThatIsGone() throws Exception {
        Journal journal = journal();
        appendClone(journal);
        long box = journal.inventory().vm(BOX).orElseThrow().since();
        long two = journal.inventory().vm(TWO).orElseThrow().since();
        VmName renamed = new VmName("Renamed");
        journal.append(operation(2), started(new Request.Rename(BOX, renamed)));
        journal.append(operation(2), new Event.VmRenamed(BOX, renamed));
        journal.append(operation(3), started(new Request.DeleteVm(renamed)));
        journal.append(operation(3), new Event.VmDeleted(renamed));

        assertThat(journal.ancestors(Set.of(two))).isEqualTo(Map.of(
                two, new Journal.Ancestor(TWO, Optional.of(box)),
                box, new Journal.Ancestor(renamed, Optional.empty())));
        assertThat(journal.ancestors(Set.of())).isEmpty();
    }

    @Test
    void names_ofWhatIsGone_areRemembered() throws Exception {
        Journal journal = journal();
        appendClone(journal);
        VmName quoted = new VmName("a \"quoted\\name\" ödland");
        journal.append(operation(7), new Event.VmFound(quoted, List.of(DISK, READY_IMAGE), Optional.empty(),
                Optional.empty(), Optional.empty()));
        journal.append(operation(8), new Event.VmVanished(quoted));

        assertThat(journal.remembered()).containsExactlyInAnyOrder(BOX, TWO, quoted);
        assertThat(journal.remembered(quoted)).containsExactly(READY);
        assertThat(journal.remembered(new VmName("Nobody"))).isEmpty();
    }

    @Test
    void inventory_inTheMiddleOfAnOperation_holdsItWithWhatIsStaged() throws Exception {
        Journal journal = journal();
        var staged = new Event.VmStaged(TWO, List.of(DISK, READY_IMAGE), 99);
        journal.append(operation(1), started(new Request.Clone(BOX, TWO, CopyOptions.USUAL, true)));
        journal.append(operation(1), staged);

        assertThat(journal.inventory().operation(operation(1))).hasValueSatisfying(open -> {
            assertThat(open.request()).isEqualTo(new Request.Clone(BOX, TWO, CopyOptions.USUAL, true));
            assertThat(open.staged()).contains(staged);
        });
    }

    @Test
    void inventory_operationInterruptedAndGoneOn_holdsTheLatestCheckpointOfEachImage() throws Exception {
        Journal journal = journal();
        journal.append(operation(1), started(new Request.Clone(BOX, TWO, CopyOptions.USUAL, false)));
        journal.append(operation(1), checkpoint(ImageName.DISK, 100));
        journal.append(operation(1), checkpoint(ImageName.of(READY), 50));
        var interrupted = new Event.OperationInterrupted("stopped", 130);
        journal.append(operation(1), interrupted);
        journal.append(operation(1), checkpoint(ImageName.DISK, 200));

        assertThat(journal.inventory().operation(operation(1))).hasValueSatisfying(open -> {
            assertThat(open.checkpoint(ImageName.DISK)).contains(checkpoint(ImageName.DISK, 200).checkpoint());
            assertThat(open.checkpoint(ImageName.of(READY))).contains(
                    checkpoint(ImageName.of(READY), 50).checkpoint());
            assertThat(open.interrupted()).contains(interrupted);
        });
        assertThat(journal.latest().inventory()).isEqualTo(journal.inventory());
    }

    @Test
    void append_interruptedOperationArrives_endsIt() throws Exception {
        Journal journal = journal();
        journal.append(operation(1), started(new Request.Clone(BOX, TWO, CopyOptions.USUAL, false)));
        journal.append(operation(1), new Event.OperationInterrupted("stopped", 130));
        journal.append(operation(1), new Event.VmArrived(TWO, new Origin.ClonedFrom(BOX), List.of(DISK)));

        assertThat(journal.inventory().open()).isEmpty();
        assertThat(journal.inventory().vm(TWO)).isPresent();
    }

    @Test
    void append_operationAbandoned_isNotThereAnyMore() throws Exception {
        Journal journal = journal();
        journal.append(operation(1), started(new Request.Clone(BOX, TWO, CopyOptions.USUAL, false)));
        journal.append(operation(1), checkpoint(ImageName.DISK, 100));
        journal.append(operation(1), new Event.OperationAbandoned());

        assertThat(journal.inventory()).isEqualTo(Inventory.EMPTY);
        for (Event late : List.of(checkpoint(ImageName.DISK, 200), new Event.OperationAbandoned())) {
            assertThatThrownBy(() -> journal.append(operation(1), late)).isInstanceOf(ImpossibleEvent.class);
        }
    }

    @Test
    void append_impossibleEvent_isRefusedAndRecordsNothing() throws Exception {
        Journal journal = journal();
        journal.append(operation(1), found("MyBox"));
        Inventory before = journal.inventory();

        assertThatThrownBy(() -> journal.append(operation(2), found("MyBox"))).isInstanceOf(ImpossibleEvent.class);
        assertThatThrownBy(() -> journal.append(operation(2), new Event.VmDeleted(BOX)))
                .isInstanceOf(ImpossibleEvent.class);

        assertThat(journal.inventory()).isEqualTo(before);
        assertThat(read(journal, 1)).hasSize(1);
        assertThat(journal.append(operation(2), found("Two")).sequence()).isEqualTo(2);
    }

    @Test
    void writeSession_seesItsOwnAppends() throws Exception {
        Journal journal = journal();
        int vms = journal.writeSession(() -> {
            assertThat(journal.inventory().vms()).isEmpty();
            journal.append(operation(1), found("MyBox"));
            journal.append(operation(1), found("Two"));
            assertThat(read(journal, 1)).hasSize(2);
            return journal.inventory().vms().size();
        });

        assertThat(vms).isEqualTo(2);
        assertThat(journal.inventory().vms()).hasSize(2);
    }

    @Test
    void writeSession_nested_isOne() throws Exception {
        Journal journal = journal();
        journal.writeSession(() -> journal.writeSession(() -> journal.append(operation(1), found("MyBox"))));

        assertThat(journal.writeSession(() -> journal.append(operation(1), found("Two")).sequence())).isEqualTo(2);
    }

    @Test
    void writeSession_thatThrows_keepsWhatWasAppended() throws Exception {
        Journal journal = journal();
        assertThatThrownBy(() -> journal.writeSession(() -> {
            journal.append(operation(1), found("MyBox"));
            throw new IllegalStateException("on purpose");
        })).hasMessage("on purpose");

        assertThat(journal.inventory().vm(BOX)).isPresent();
    }

    @Test
    void writeSession_withAnImpossibleEvent_goesOn() throws Exception {
        Journal journal = journal();
        journal.writeSession(() -> {
            journal.append(operation(1), found("MyBox"));
            assertThatThrownBy(() -> journal.append(operation(1), found("MyBox"))).isInstanceOf(ImpossibleEvent.class);
            return journal.append(operation(1), found("Two"));
        });

        assertThat(read(journal, 1)).extracting(Recorded::sequence).containsExactly(1L, 2L);
    }

    @Test
    void append_strangeTexts_comeBackAsTheyWere() throws Exception {
        Journal journal = journal();
        var reason = "quote \" backslash \\ line\nfeed \u0000 \u2028 \u007f ö \uD83D\uDE00 half a pair \uD83D and \uDE00";
        journal.append(operation(1), started(new Request.DeleteVm(BOX)));
        journal.append(operation(1), new Event.OperationFailed(reason, 1));

        assertThat(read(journal, 2).getFirst().event()).isEqualTo(new Event.OperationFailed(reason, 1));
    }

    private static Event.CheckpointReached checkpoint(ImageName image, long durable) {
        return new Event.CheckpointReached(
                TWO, new Checkpoint(image, new ByteCount(durable), Samples.CHECKPOINT.source()));
    }

    @Test
    void entries_areBeginningsWithTheLastEventOfTheirOperation() throws Exception {
        Journal journal = journal();
        List<Recorded> clone = appendClone(journal);
        Recorded deletion = journal.append(operation(2), started(new Request.DeleteVm(BOX)));

        assertThat(entries(journal, everything(false))).containsExactly(
                of(1, new AuditEntry(clone.get(0), clone.get(0))),
                of(4, new AuditEntry(clone.get(1), clone.get(3))),
                of(1, new AuditEntry(deletion, deletion)));
        assertThat(entries(journal, everything(true)))
                .isEqualTo(entries(journal, everything(false)).reversed());
    }

    @Test
    void entries_byHand_wereMadeAfterWhatTheJournalKnewLastOfTheirSubject() throws Exception {
        Journal journal = journal();
        List<Recorded> clone = appendClone(journal);
        Recorded changed = journal.append(operation(2), new Event.ImageChanged(TWO, DISK, Optional.of("ann")));
        Recorded failed = journal.append(operation(3),
                started(new Request.DeleteSnapshot(TWO, READY)));
        journal.append(operation(3), new Event.OperationFailed("there is no such snapshot", 4));
        Recorded snapshot = journal.append(operation(4), new Event.SnapshotFound(TWO, Samples.KEYS_IMAGE));
        Recorded again = journal.append(operation(5), new Event.ImageChanged(TWO, DISK));
        Recorded gone = journal.append(operation(6), new Event.VmVanished(TWO));
        Recorded back = journal.append(operation(7), found("Two"));

        assertThat(entries(journal, everything(false)))
                .filteredOn(entry -> entry.request().isEmpty())
                .containsExactly(
                        of(1, new AuditEntry(clone.get(0), clone.get(0))),
                        byHand(4, changed, clone.get(3).time()),
                        byHand(4, snapshot, clone.get(3).time()),
                        byHand(4, again, changed.time()),
                        byHand(4, gone, again.time()),
                        byHand(back.sequence(), back, gone.time()));
        assertThat(entries(journal, everything(false)))
                .filteredOn(entry -> entry.beginning().equals(failed))
                .extracting(AuditEntry::notBefore)
                .containsExactly(Optional.empty());
    }

    @Test
    void contents_ofAClone_areWhatItsSourceHeldInTheSameState() throws Exception {
        Journal journal = journal();
        journal.append(operation(1), new Event.VmFound(BOX, List.of(DISK, READY_IMAGE), Optional.empty(),
                Optional.empty(), Optional.empty(), Map.of(), Samples.SAMPLES));
        journal.append(operation(2), started(new Request.Clone(BOX, TWO, CopyOptions.USUAL, false)));
        journal.append(operation(2), new Event.VmArrived(
                TWO, new Origin.ClonedFrom(BOX), List.of(DISK, READY_IMAGE), Map.of(),
                Map.of(DISK.name(), Samples.DISK_SAMPLE)));
        journal.append(operation(3), started(new Request.Export(BOX, "/home/box.tar", false, CompressionLevel.USUAL)));
        Recorded exported = journal.append(operation(3), new Event.PackageExported(
                BOX, "/home/box.tar", List.of(DISK, READY_IMAGE), DISK.size(), Samples.DIGESTS, Optional.empty(),
                Optional.empty()));
        ImageFacts writtenTo = Samples.image(ImageName.of(READY), 123_456, "2026-11-24T11:59:01Z");
        journal.append(operation(4), new Event.ImageChanged(TWO, writtenTo));
        long two = journal.inventory().vm(TWO).orElseThrow().since();
        long box = journal.inventory().vm(BOX).orElseThrow().since();

        Map<ImageName, KnownContent> contents = journal.contents(two, List.of(DISK, writtenTo));
        assertThat(contents.get(DISK.name()).sample()).contains(Samples.DISK_SAMPLE);
        assertThat(contents.get(DISK.name()).digest()).contains(Samples.DIGESTS.get(DISK.name()));
        assertThat(contents.get(writtenTo.name()).sample()).as("as nobody has seen it").isEmpty();
        assertThat(contents.get(writtenTo.name()).digest()).isEmpty();
        assertThat(contents.get(writtenTo.name()).seen()).isPresent();
        assertThat(journal.contents(box, List.of(DISK)).get(DISK.name()).seen()).contains(exported.time());
        assertThat(journal.contents(99, List.of(DISK)).get(DISK.name())).isEqualTo(KnownContent.NOTHING);
    }

    @Test
    void entries_ofAUser_areNotWhatThisUserOnlySaw() throws Exception {
        Journal journal = journal();
        List<Recorded> clone = appendClone(journal);
        String user = clone.getFirst().actor().user();
        var byThisUser = new AuditFilter(Optional.empty(), Optional.empty(), Set.of(), Optional.of(user), Set.of(),
                false,
                Optional.empty(), Optional.empty(), false, Long.MAX_VALUE);

        assertThat(entries(journal, everything(false))).extracting(entry -> entry.byHand().isPresent())
                .containsExactly(true, false);
        assertThat(entries(journal, byThisUser)).extracting(AuditEntry::beginning).containsExactly(clone.get(1));
    }

    @Test
    void entries_ofAVmOrAnOperation_areThoseAlone() throws Exception {
        Journal journal = journal();
        List<Recorded> clone = appendClone(journal);
        Recorded deletion = journal.append(operation(2), started(new Request.DeleteVm(BOX)));

        assertThat(entries(journal, selection(Optional.of(BOX), Set.of(), Optional.empty(), Optional.empty())))
                .extracting(AuditEntry::beginning)
                .containsExactly(clone.get(0), deletion);
        assertThat(entries(
                journal,
                selection(Optional.empty(), Set.of(operation(2)), Optional.empty(), Optional.empty())))
                .extracting(AuditEntry::beginning)
                .containsExactly(deletion);
        assertThat(entries(
                journal,
                selection(Optional.empty(), Set.of(operation(1), operation(2)), Optional.empty(), Optional.empty())))
                .isEqualTo(entries(journal, everything(false)));
    }

    @Test
    void entries_ofATime_includeItsStartAndNotItsEnd() throws Exception {
        Journal journal = journal();
        appendClone(journal);
        Optional<Instant> noon = Optional.of(NOON);

        assertThat(entries(journal, selection(Optional.empty(), Set.of(), noon, Optional.empty()))).hasSize(2);
        assertThat(entries(journal, selection(Optional.empty(), Set.of(), Optional.empty(), noon))).isEmpty();
    }

    @Test
    void entries_moreThanAPage_areHandedOverUntilTheReaderHasEnough() throws Exception {
        Journal journal = journal();
        journal.writeSession(() -> {
            for (int number = 1; number <= 250; number++) {
                OperationId id = OperationId.startedAt(NOON, number);
                journal.append(id, started(new Request.DeleteVm(BOX)));
                journal.append(id, new Event.OperationAbandoned());
            }
            return null;
        });
        List<Long> seen = new ArrayList<>();
        journal.entries(everything(true), entry -> seen.add(entry.beginning().sequence()) && seen.size() < 220);

        assertThat(seen).hasSize(220).startsWith(499L, 497L).endsWith(61L);
        assertThat(entries(journal, everything(false))).hasSize(250).doesNotHaveDuplicates();
    }

    @Test
    void entries_areOfTheVmThatItWasThen_underWhateverName() throws Exception {
        Journal journal = journal();
        appendClone(journal);
        journal.append(operation(2), started(new Request.Rename(TWO, new VmName("Three"))));
        journal.append(operation(2), new Event.VmRenamed(TWO, new VmName("Three")));
        journal.append(operation(3), started(new Request.Rename(BOX, TWO)));

        assertThat(entries(journal, everything(false))).extracting(AuditEntry::vm)
                .containsExactly(Optional.of(1L), Optional.of(4L), Optional.of(4L), Optional.of(1L));
    }

    private static AuditEntry of(long vm, AuditEntry entry) {
        return new AuditEntry(entry.beginning(), entry.latest(), entry.notBefore(), Optional.of(vm));
    }

    private static AuditEntry byHand(long vm, Recorded event, Instant notBefore) {
        return new AuditEntry(event, event, Optional.of(notBefore), Optional.of(vm));
    }

    private static AuditFilter everything(boolean newestFirst) {
        return new AuditFilter(Optional.empty(), Optional.empty(), Set.of(), Optional.empty(), Set.of(), false,
                Optional.empty(), Optional.empty(), newestFirst, Long.MAX_VALUE);
    }

    private static AuditFilter selection(
            Optional<VmName> vm, Set<OperationId> operations, Optional<Instant> since, Optional<Instant> until) {
        return new AuditFilter(vm, Optional.empty(), operations, Optional.empty(), Set.of(), false, since, until, false,
                Long.MAX_VALUE);
    }

    private static List<AuditEntry> entries(Journal journal, AuditFilter selection) {
        List<AuditEntry> entries = new ArrayList<>();
        journal.entries(selection, entries::add);
        return entries;
    }

    private static List<Recorded> appendClone(Journal journal) {
        var images = List.of(DISK, READY_IMAGE);
        return List.of(
                journal.append(operation(1), new Event.VmFound(BOX, images)),
                journal.append(operation(1), started(new Request.Clone(BOX, TWO, CopyOptions.USUAL, false))),
                journal.append(operation(1), new Event.VmStaged(TWO, images, 99)),
                journal.append(operation(1), new Event.VmArrived(TWO, new Origin.ClonedFrom(BOX), images)));
    }

    public static List<Recorded> read(Journal journal, long from) {
        List<Recorded> events = new ArrayList<>();
        journal.events(from, events::add);
        return events;
    }
}
