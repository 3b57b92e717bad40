package ctl.vm.journal.sql;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.VmName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One of several names that a VM has had.
 *
 * @param vmId number of the event that brought it in
 */
public record PreviousName(long vmId, VmName name) {

    public static final class InTable extends Table<PreviousName> {

        public InTable(Connection connection) {
            super(connection, "vm_name", 2, "vm_id", "name");
        }

        @Override
        List<Object> columnsOf(PreviousName name) {
            return List.of(name.vmId(), name.name().text());
        }

        @Override
        PreviousName value(ResultSet row) throws SQLException {
            return new PreviousName(row.getLong(1), new VmName(row.getString(2)));
        }
    }

    /** The names of a VM that the event gives another: the old and the new one. */
    public static List<PreviousName> of(Event event, Inventory after) {
        return switch (event) {
            case Event.VmRenamed renamed -> both(renamed.from(), renamed.vm(), after);
            case Event.VmMoved moved -> both(moved.from(), moved.vm(), after);
            case Event.VmUndeleted undeleted -> undeleted.former()
                    .map(former -> both(former.name(), undeleted.vm(), after)).orElse(List.of());
            case Event.VmFound found -> found.former()
                    .map(former -> both(former.name(), found.vm(), after)).orElse(List.of());
            default -> List.of();
        };
    }

    private static List<PreviousName> both(VmName from, VmName to, Inventory after) {
        Optional<Long> id = after.vm(to).map(Vm::since);
        return from.equals(to)
                ? List.of()
                : id.stream().flatMap(vm -> Stream.of(new PreviousName(vm, from), new PreviousName(vm, to))).toList();
    }
}
