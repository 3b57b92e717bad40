package ctl.vm.journal.postgres;

import ctl.vm.inventory.value.OperationId;
import java.sql.Connection;
import java.sql.SQLException;

/** What an operation must still have for its events to be appended. */
public interface AppendGuard {

    AppendGuard NONE = (_, _) -> {};

    /**
     * Called in the transaction of the append, when nobody else can append.
     *
     * @throws ctl.vm.problem.VmException where the operation must not go on: nothing of the event is kept then
     */
    void check(Connection connection, OperationId operation) throws SQLException;
}
