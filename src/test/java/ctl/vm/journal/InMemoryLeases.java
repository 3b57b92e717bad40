package ctl.vm.journal;

import ctl.vm.inventory.value.OperationId;
import ctl.vm.problem.Busy;
import ctl.vm.problem.Problem;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The leases of several hosts, in memory. A lease holds until the test lets it {@link #expire}, and a host is connected
 * until it is {@link #cutOff}.
 */
public final class InMemoryLeases {

    private static final Instant SINCE = Instant.parse("2026-11-30T12:00:00Z");

    private final Map<OperationId, Row> rows = new HashMap<>();
    private final Set<String> cutOff = new HashSet<>();

    /** @param host empty where nobody holds it */
    private record Row(long epoch, Optional<String> host, List<Leases.Claim> claims, boolean isExpired) {

        boolean isInTheWayOf(List<Leases.Claim> wanted) {
            return host.isPresent() && claims.stream().anyMatch(held -> wanted.stream().anyMatch(
                    claim -> claim.name().equals(held.name()) && !(claim.shared() && held.shared())));
        }
    }

    /** As a host of this name sees them. */
    public Host on(String host) {
        return new Host(host);
    }

    /** The time of all leases is over. */
    public void expire() {
        rows.replaceAll((_, row) -> new Row(row.epoch, row.host, row.claims, true));
    }

    /** The server has closed the connections of a host. */
    public void cutOff(String host) {
        cutOff.add(host);
    }

    /** Operations of which anything is known. */
    public Set<OperationId> operations() {
        return Set.copyOf(rows.keySet());
    }

    /** One host. */
    public final class Host implements Leases {

        private final String name;
        private final Map<OperationId, Long> held = new HashMap<>();

        private Host(String name) {
            this.name = name;
        }

        @Override
        public long hold(OperationId operation, List<Claim> claims, boolean isHostDown, Fence fence) {
            for (OperationId other : Set.copyOf(rows.keySet())) {
                Row row = rows.get(other);
                if (row.isInTheWayOf(claims)) {
                    boolean isGone = row.isExpired && cutOff.contains(row.host.orElseThrow())
                            || isHostDown && other.equals(operation);
                    if (!row.host.equals(Optional.of(name)) && !isGone) {
                        throw new Busy.HeldElsewhere("it", other.text(), row.host.orElseThrow(), 1, SINCE, SINCE,
                                row.isExpired).thrown();
                    }
                    long epoch = row.host.equals(Optional.of(name)) ? row.epoch : fence.next(other, row.epoch);
                    rows.put(other, new Row(epoch, Optional.empty(), List.of(), false));
                }
            }
            long epoch = Optional.ofNullable(rows.get(operation)).map(Row::epoch)
                    .orElseGet(() -> fence.next(operation, 0));
            rows.put(operation, new Row(epoch, Optional.of(name), List.copyOf(claims), false));
            held.put(operation, epoch);
            return epoch;
        }

        @Override
        public void requireHeld(OperationId operation) {
            Row row = rows.get(operation);
            if (row == null || row.epoch != held.get(operation) || !row.host.equals(Optional.of(name))) {
                throw new Busy.TakenOver(operation.text()).thrown();
            }
        }

        /** What a journal asks in the transaction of an append. */
        public void requireHeldIfTaken(OperationId operation) {
            if (held.containsKey(operation)) {
                requireHeld(operation);
            }
        }

        @Override
        public Optional<Problem> lost(OperationId operation) {
            return Optional.empty();
        }

        @Override
        public void release(OperationId operation, boolean isOver) {
            Row row = rows.get(operation);
            if (row != null && row.epoch == held.get(operation) && row.host.equals(Optional.of(name))) {
                if (isOver) {
                    rows.remove(operation);
                } else {
                    rows.put(operation, new Row(row.epoch, Optional.empty(), List.of(), false));
                }
            }
            held.remove(operation);
        }

        @Override
        public Optional<Holder> holder(OperationId operation) {
            return Optional.ofNullable(rows.get(operation))
                    .filter(row -> row.host.filter(host -> !row.isExpired || !cutOff.contains(host)).isPresent())
                    .map(row -> new Holder(row.host.orElseThrow(), 1, SINCE, SINCE,
                            row.host.equals(Optional.of(name))));
        }

        @Override
        public void forgetAllBut(Set<OperationId> open) {
            rows.entrySet().removeIf(row -> !open.contains(row.getKey()) && (row.getValue().host.isEmpty()
                    || row.getValue().isExpired && cutOff.contains(row.getValue().host.orElseThrow())));
        }
    }
}
