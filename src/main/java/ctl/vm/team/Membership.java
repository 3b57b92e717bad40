package ctl.vm.team;

import ctl.vm.inventory.value.RootId;
import java.util.Optional;

/**
 * That a root ships its events to a team's database.
 *
 * @param server its URL, without a password
 * @param name of the root there
 * @param copy what identifies the root where it is a copy of another; otherwise that is its first event
 */
public record Membership(String server, String name, Optional<RootId> copy) {}
