package ctl.vm.archive.write;

import ctl.vm.inventory.value.ByteCount;
import java.nio.file.Path;

/**
 * What a file that is to be made will take of its disk.
 *
 * @param folder where it is to stand
 * @param free what this user can write there, once what is of no use there is cut off
 * @param most bytes that are still missing of it, if nothing becomes smaller
 * @param least bytes that are missing of it, if it is compressed as well as can be
 */
public record SpaceNeed(Path folder, ByteCount free, ByteCount most, ByteCount least) {}
