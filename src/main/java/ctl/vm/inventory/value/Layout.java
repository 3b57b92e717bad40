package ctl.vm.inventory.value;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Where everything stands below the root: the one place that knows these names.
 *
 * @param root absolute path
 * @param vms the folder of VMs: {@code vm} below the root, or what that is a link to
 */
public record Layout(Path root, Path vms) {

    private static final String VMS = "vm";
    private static final String PARTIAL = ".partial";
    private static final String NEW_PARTIAL = ".partial-new";

    /** @param root any path */
    public static Layout at(Path root) {
        Path absolute = root.toAbsolutePath().normalize();
        return new Layout(absolute, absolute.resolve(VMS));
    }

    /** What stands in the root for the folder of VMs: this folder, or a link to it. */
    public Path vmsOrLink() {
        return root.resolve(VMS);
    }

    public Path vm(VmName name) {
        return vms().resolve(name.text());
    }

    /** Holds a folder for each operation that is building a VM; absent when idle. */
    public Path stagings() {
        return vms().resolve(".staging");
    }

    /** Whether it is the folder of staging or of the trash. */
    public boolean isWorkFolder(Path path) {
        return path.equals(stagings()) || path.equals(trashes());
    }

    /** How something in the folders of staging or trash is called for people, as seen from the folder of VMs. */
    public String hidden(Path path) {
        return vms().relativize(path).toString();
    }

    public Path staging(OperationId operation) {
        return stagings().resolve(operation.text());
    }

    /** Holds a folder for each operation that is removing something; absent when idle. */
    public Path trashes() {
        return vms().resolve(".trash");
    }

    public Path trash(OperationId operation) {
        return trashes().resolve(operation.text());
    }

    /** Where an export writes a package before it gets its name: beside it, as it must be on the same filesystem. */
    public static Path partialPackage(Path file, WorkName name) {
        return file.resolveSibling("." + name.text() + PARTIAL);
    }

    /** The part of a file name that is the name of an operation, if any is: all of it, or what a partial file has. */
    public static String workName(String fileName) {
        for (String ending : List.of(PARTIAL, NEW_PARTIAL)) {
            if (fileName.startsWith(".") && fileName.endsWith(ending)) {
                return fileName.substring(1, fileName.length() - ending.length());
            }
        }
        return fileName;
    }

    /** The name of that file before it gets its own. */
    public static Path newPartialPackage(Path file, WorkName name) {
        return file.resolveSibling("." + name.text() + NEW_PARTIAL);
    }

    /** The settings of this root. */
    public Path config() {
        return root.resolve("config");
    }

    /** Settings that are being written, until they take the place of the old ones. */
    public Path newConfig() {
        return root.resolve("config.new");
    }

    public Path journal() {
        return root.resolve("journal");
    }

    /** The database as H2 is given it; H2 adds {@code .mv.db}. */
    public Path database() {
        return journal().resolve("journal");
    }

    public Path databaseFile() {
        return journal().resolve("journal.mv.db");
    }

    /** Says which server has the journal; missing where the database file here has it. */
    public Path authority() {
        return journal().resolve("authority");
    }

    /** The authority that a journal has left, until that server knows. */
    public Path leftAuthority() {
        return journal().resolve("authority.left");
    }

    /** An authority that is being written, until it takes its name. */
    public Path newAuthority() {
        return journal().resolve("authority.new");
    }

    /** The database file of a journal that a server has now: no program finds it under this name. */
    public Path movedDatabaseFile() {
        return journal().resolve("journal.mv.db.moved");
    }

    /** The events of a journal that is being moved to another database. */
    public Path movingEvents() {
        return journal().resolve("events.moving");
    }

    /** The journal once more, a JSON line for each event. */
    public Path mirror() {
        return journal().resolve("events.jsonl");
    }

    /** Number and hash of the event that was recorded last. */
    public Path head() {
        return journal().resolve("head");
    }

    /** What a power cut left at the end of the mirror and is no event of the journal. */
    public Path tornMirror() {
        return journal().resolve("events.jsonl.torn");
    }

    /** Never holds a byte: running operations have locks on it. */
    public Path locks() {
        return journal().resolve("operations.lock");
    }

    /** The same for one of several hosts that share the root. @param machine what tells it from the others */
    public Path locks(String machine) {
        String digits = Sha256.over(machine.getBytes(StandardCharsets.UTF_8)).toString();
        return journal().resolve("operations-%s.lock".formatted(digits.substring(0, 16)));
    }

    /** The inventory as of the last event, for a quick start. */
    public Path listing() {
        return journal().resolve("listing");
    }

    /** A listing that is being written, until it takes the place of the old one. */
    public Path newListing() {
        return journal().resolve("listing.new");
    }

    /** Names of a team's roots and VMs, as completion offers them. */
    public Path teamNames() {
        return journal().resolve("team-names");
    }

    /** Such names while they are being written. */
    public Path newTeamNames() {
        return journal().resolve("team-names.new");
    }

    /** What is known of a bug that ended a command: nothing but people reads it. @param name that no other has */
    public Path crashReport(String name) {
        return journal().resolve("crash-" + name + ".txt");
    }

    /** Space of the journal's disk that is kept for what frees space. */
    public Path journalReserve() {
        return journal().resolve("reserve");
    }

    /** The same, where the folder of VMs is on another disk. */
    public Path vmsReserve() {
        return vms().resolve(".reserve");
    }

    /** A process that writes to the journal holds a kernel lock on this empty file. */
    public Path journalLock() {
        return journal().resolve("lock");
    }

    /** Never holds a byte: the processes that want to write to the journal stand in a queue here. */
    public Path journalQueue() {
        return journal().resolve("queue");
    }

    /** A process that ships the events to a team's database as they come holds a kernel lock on this empty file. */
    public Path shippingLock() {
        return journal().resolve("shipping.lock");
    }

    /** A database that is being made or brought to a newer schema, until it takes its name; H2 adds {@code .mv.db}. */
    public Path newDatabase() {
        return journal().resolve("journal.new");
    }

    public Path newDatabaseFile() {
        return journal().resolve("journal.new.mv.db");
    }
}
