package ctl.vm.inventory;

import ctl.vm.inventory.value.PackageOrigin;
import ctl.vm.inventory.value.Sha256;
import java.util.Optional;

/**
 * The package that a VM was unpacked from, as far as it says what it is.
 *
 * @param seal the chain over its members, where it has one: by that it is told from others that copied its origin
 */
public record ImportedPackage(PackageOrigin origin, Optional<Sha256> seal) {}
