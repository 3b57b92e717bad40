package ctl.vm.archive.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ctl.vm.archive.Tool;
import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.durable.LinuxDisk;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.problem.ImportLine;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Problem;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import ctl.vm.process.QemuImg;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Disk images as {@code qemu-img} makes them in all forms, and such as nobody should convert. */
class DiskImageTest {

    private static final ImportLine LINE = new ImportLine("MyBox", false);

    /** Data, a hole, data of which a part is zeros, and an end that is all hole. */
    private static final String RAW = """
            truncate -s 3M raw
            head -c 200000 /dev/urandom | dd of=raw conv=notrunc bs=64k seek=4 status=none
            yes words | head -c 300000 | dd of=raw conv=notrunc bs=64k seek=20 status=none
            """;

    private final Disk disk = new LinuxDisk();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "qcow2; -O qcow2",
        "qcow2; -O qcow2 -o compat=0.10",
        "qcow2; -c -O qcow2",
        "qcow2; -c -O qcow2 -o compression_type=zstd",
        "qcow2; -O qcow2 -o cluster_size=512,refcount_bits=1",
        "qcow2; -O qcow2 -o cluster_size=2M,preallocation=full",
        "qcow2; -O qcow2 -o extended_l2=on,cluster_size=128k,lazy_refcounts=on",
        "vmdk; -O vmdk",
        "vmdk; -O vmdk -o subformat=streamOptimized",
        "vmdk; -O vmdk -o compat6=on",
        "vdi; -O vdi",
        "vdi; -O vdi -o static=on",
        "vhdx; -O vhdx",
        "vhdx; -O vhdx -o subformat=fixed,block_size=1M",
        "vpc; -O vpc -o force_size=on",
        "vpc; -O vpc -o force_size=on,subformat=fixed"})
    void image_ofAnyForm_becomesTheRawOne_withItsHoles(String format, String options) throws Exception {
        Tool.run("qemu-img", folder, RAW + "qemu-img convert -f raw %s raw image".formatted(options));

        try (DiskImage image = open("image")) {
            assertThat(image.format()).isEqualTo(format);
            assertThat(image.warnings()).isEmpty();
            assertThat(image.size()).isEqualTo(new ByteCount(3 << 20));
            assertThat(image.data(_ -> {}).bytes()).isBetween(400_000L, 3L << 20);
            image.convert(target(), _ -> {});
            image.requireUnchanged();
        }

        assertThat(target()).hasSameBinaryContentAs(folder.resolve("raw"));
        assertThat(disk.allocated(target())).isLessThan(1 << 20);
    }

    @Test
    void imageThatIsAllHole_hasNoData() {
        Tool.run("qemu-img", folder, "qemu-img create -q -f qcow2 image 100G");

        try (DiskImage image = open("image")) {
            assertThat(image.data(_ -> {})).isEqualTo(ByteCount.ZERO);
            image.convert(target(), _ -> {});
        }
        assertThat(target().toFile().length()).isEqualTo(100L << 30);
        // Of a file, qemu-img writes the first block always.
        assertThat(disk.allocated(target())).isLessThanOrEqualTo(4096);
    }

    @Test
    void snapshotsOfItsOwn_areSaidToStayBehind() {
        Tool.run("qemu-img", folder, """
                qemu-img create -q -f qcow2 image 1M
                qemu-img snapshot -c one image; qemu-img snapshot -c two image""");

        try (DiskImage image = open("image")) {
            assertThat(image.warnings()).containsExactly(folder.resolve("image")
                    + " holds 2 snapshots of its own (qemu-img snapshot -l), which are not imported: only the disk as it is now");
        }
    }

    /** What qemu-img would read if it were asked without a look at the header. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "backing file; /etc/passwd; qemu-img create -q -f qcow2 -b /etc/passwd -F raw image 1M",
        "backing file; /etc/passwd; qemu-img create -q -f qcow2 -o compat=0.10 -b /etc/passwd -F raw image 1M",
        "backing file; json:{\"driver\":\"file\",\"filename\":\"/etc/passwd\"}; "
                + "qemu-img create -q -f qcow2 -u -b 'json:{\"driver\":\"file\",\"filename\":\"/etc/passwd\"}' -F raw image 1M",
        "backing file; nbd://example.org/a; qemu-img create -q -f qcow2 -u -b nbd://example.org/a -F raw image 1M",
        "data file; other; qemu-img create -q -f qcow2 -o data_file=other image 1M",
        "data file; other; qemu-img create -q -f qcow2 -o data_file=other,data_file_raw=on image 1M",
        "data file; image-flat.vmdk; qemu-img create -q -f vmdk -o subformat=monolithicFlat image.vmdk 1M && mv image.vmdk image",
        "data file; image-s001.vmdk; qemu-img create -q -f vmdk -o subformat=twoGbMaxExtentSparse image.vmdk 1M && mv image.vmdk image",
        "data file; /etc/passwd; qemu-img create -q -f vmdk -o subformat=monolithicFlat image.vmdk 1M && "
                + "sed -e s,image-flat.vmdk,/etc/passwd, image.vmdk >image",
        "parent image; base.vmdk; qemu-img create -q -f vmdk base.vmdk 1M && qemu-img create -q -f vmdk -b base.vmdk -F vmdk image"})
    void imageThatNamesAnotherFile_isRefused_withItsName(String role, String other, String script) {
        Tool.run("qemu-img", folder, script);

        assertThat(refusal("image")).isInstanceOfSatisfying(Unsafe.NamesAnotherFile.class, problem -> {
            assertThat(problem.role()).isEqualTo(role);
            assertThat(problem.other()).isEqualTo(other);
        });
    }

    /** Of these, qemu-img makes none itself. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        // The bit for an external data file, and no name.
        "qcow2; 72; 0000000000000004; data file; one without a name",
        // The header extension with the name, without the bit.
        "qcow2; 112; 44415441 00000008 2f6574632f782f79 00000000; data file; /etc/x/y",
        // A differencing image, by its type and by the UUID of its parent.
        "vdi; 76; 04000000; parent image; the one with the UUID 00000000-0000-0000-0000-000000000000",
        "vdi; 424; 33221100554477668899aabbccddeeff; parent image; the one with the UUID 00112233-4455-6677-8899-aabbccddeeff",
        // The same, with the name of the parent in the dynamic header.
        "vpc; 60; 00000004; parent image; ''",
        // A parent without a locator.
        "vhdx; -1; ; parent image; one without a name"})
    void headerThatNamesAnotherFile_isRefused(String format, long position, String bytes, String role, String other)
            throws IOException {
        Tool.run("qemu-img", folder, "qemu-img create -q -f %s image 10M".formatted(format));
        if (position < 0) {
            patchHasParent();
        } else {
            patch(position, bytes.replace(" ", ""));
        }

        assertThat(refusal("image")).isInstanceOfSatisfying(Unsafe.NamesAnotherFile.class, problem -> {
            assertThat(problem.role()).isEqualTo(role);
            assertThat(problem.other()).isEqualTo(other);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "qcow2; 4; 00000009; has the unknown version 9",
        "qcow2; 20; 00000040; has clusters of an impossible size",
        "qcow2; 24; 0fffffffffffffff; is a disk of 1.0 EiB, and 64.0 TiB are the most",
        "qcow2; 24; ffffffffffffffff; has an impossible size",
        "qcow2; 8; 00000000000000680000ffff; has a backing file with a name of 65535 bytes",
        "qcow2; 8; 7fffffffffffffff00000010; is cut off",
        "qcow2; 100; 00000007; has a header of 7 bytes",
        "qcow2; 112; 12345678ffffffff; has a header extension that goes on behind the header",
        "vmdk; 28; 00000000000000000000000000000000; is only a part of a disk that is described in another file",
        "vmdk; 12; ffffffffffffff7f; has an impossible size",
        "vdi; 368; 0000000000000000; has an impossible size",
        "vhdx; 196608; 00000000; has no table of its regions",
        "vhdx; 196616; 00000000; has no metadata"})
    void headerThatMakesNoSense_isRefused(String format, long position, String bytes, String reason)
            throws IOException {
        Tool.run("qemu-img", folder, "qemu-img create -q -f %s image 10M".formatted(format));
        patch(position, bytes);

        assertThat(refusal("image"))
                .isEqualTo(new Unsafe.BadDisk(folder.resolve("image").toString(), format, reason));
    }

    @ParameterizedTest
    @ValueSource(strings = {"qcow2", "vmdk", "vdi", "vhdx", "vpc"})
    void headerCutOffAnywhere_isRefused_andNeverABug(String format) throws IOException {
        Tool.run("qemu-img", folder, "qemu-img create -q -f %s image 10M".formatted(format));
        byte[] whole = Files.readAllBytes(folder.resolve("image"));
        int kept = 0;
        for (int length = 600; length < Math.min(whole.length, 3 << 20); length += length < 2048 ? 100 : 65_500) {
            Files.write(folder.resolve("cut"), Arrays.copyOf(whole, length));
            try (DiskImage image = open("cut")) {
                kept++;
                assertThat(image.size().bytes()).isPositive();
            } catch (VmException refused) {
                assertThat(refused.problem()).isInstanceOf(Unsafe.class);
            }
        }
        assertThat(kept).isLessThan(60);
    }

    /** The tables are damaged, not the header: qemu-img finds out, and nothing is taken for zeros. */
    @Test
    void dataCutOff_isFoundByTheConversion() throws IOException {
        Tool.run("qemu-img", folder, RAW + "qemu-img convert -f raw -c -O qcow2 raw image; truncate -s 300K image");

        try (DiskImage image = open("image")) {
            VmException failed = catchThrowableOfType(VmException.class, () -> image.convert(target(), _ -> {}));

            assertThat(failed.problem()).isInstanceOfSatisfying(Unsafe.BadDisk.class,
                    problem -> assertThat(problem.reason()).startsWith("cannot be read: qemu-img: "));
        }
    }

    @ParameterizedTest
    @CsvSource({"32, 00000001", "32, 00000002", "112, 0537be7700000000"})
    void encryptedImage_isRefused(long position, String bytes) throws IOException {
        Tool.run("qemu-img", folder, "qemu-img create -q -f qcow2 image 1M");
        patch(position, bytes);

        assertThat(refusal("image"))
                .isEqualTo(new Misuse.EncryptedImage(folder.resolve("image").toString(), "qcow2", LINE));
    }

    @Test
    void fileWrittenToMeanwhile_isFoundOut() throws Exception {
        Tool.run("qemu-img", folder, RAW + "qemu-img convert -f raw -O qcow2 raw image");
        try (DiskImage image = open("image")) {
            image.convert(target(), _ -> {});
            Files.write(folder.resolve("image"), new byte[] {1}, StandardOpenOption.APPEND);

            assertThat(catchThrowableOfType(VmException.class, image::requireUnchanged)).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SHA1", "SHA256", "SHA512"})
    void diskOfAnOva_isConvertedWhereItStands_andComparedWithItsDigest(String algorithm) throws Exception {
        ova(algorithm, "");

        try (DiskImage image = open("image.ova")) {
            assertThat(image.format()).isEqualTo("vmdk");
            assertThat(image.size()).isEqualTo(new ByteCount(3 << 20));
            image.convert(target(), _ -> {});
        }
        assertThat(target()).hasSameBinaryContentAs(folder.resolve("raw"));
    }

    @Test
    void diskOfAnOva_withAnotherDigest_isRefused() {
        ova("SHA256", "sed -i -E '/vmdk/s/= [0-9a-f]{4}/= 0000/' box.mf");

        try (DiskImage image = open("image.ova")) {
            VmException failed = catchThrowableOfType(VmException.class, () -> image.convert(target(), _ -> {}));

            assertThat(failed.problem()).isEqualTo(new Unsafe.BadDisk(folder.resolve("image.ova").toString(), "ova",
                    "is damaged: box disk-1.vmdk is not what the list in it says"));
        }
    }

    @Test
    void diskOfAnOva_thatNamesAnotherFile_isRefused() {
        ova("SHA256", "qemu-img create -q -f qcow2 -b /etc/passwd -F raw 'box disk-1.vmdk' 1M");

        assertThat(refusal("image.ova")).isInstanceOf(Unsafe.NamesAnotherFile.class);
    }

    @Test
    void ovaWithSeveralDisks_isRefused_withTheirNames() {
        ova("SHA256", "cp 'box disk-1.vmdk' b.vmdk; files=b.vmdk");

        assertThat(refusal("image.ova")).isEqualTo(new Misuse.SeveralDisks(folder.resolve("image.ova").toString(),
                "box disk-1.vmdk, b.vmdk", "box disk-1.vmdk", LINE));
    }

    @Test
    void ovaWithAPackedDisk_isRefused() {
        ova("SHA256", "gzip 'box disk-1.vmdk'; mv 'box disk-1.vmdk.gz' 'box disk-1.vmdk'");

        assertThat(refusal("image.ova")).isEqualTo(new Misuse.PackedDisk(folder.resolve("image.ova").toString(),
                "box disk-1.vmdk", "compressed with gzip", "gzip -dc", LINE));
    }

    @Test
    void packageOrAnotherArchive_isNoOva() throws Exception {
        Tool.run("tar", folder, """
                echo x >a.ovf; echo y >disk.s2e; tar -cf package disk.s2e a.ovf; tar -cf other disk.s2e
                head -c 700 package >cut""");

        for (String file : new String[] {"package", "other", "cut"}) {
            try (DiskFile open = disk.open(folder.resolve(file))) {
                assertThat(DiskImage.describe(open)).as(file).isEmpty();
            }
        }
    }

    /** @param change of the members, before they are packed; it can set {@code files} */
    private void ova(String algorithm, String change) {
        Tool.run("qemu-img", folder, RAW + """
                files=
                qemu-img convert -f raw -O vmdk -o subformat=streamOptimized raw 'box disk-1.vmdk'
                echo '<Envelope/>' >box.ovf
                echo "%s(box disk-1.vmdk)= $(%ssum 'box disk-1.vmdk' | cut -d' ' -f1)" >box.mf
                %s
                tar --format=ustar -cf image.ova box.ovf box.mf 'box disk-1.vmdk' $files
                """.formatted(algorithm, algorithm.toLowerCase(Locale.ROOT), change));
    }

    private Problem refusal(String file) {
        return catchThrowableOfType(VmException.class, () -> open(file).close()).problem();
    }

    private DiskImage open(String file) {
        Optional<QemuImg> program = QemuImg.on(System.getenv("PATH"));
        return DiskImage.open(disk, folder.resolve(file), LINE, _ -> program.orElseThrow());
    }

    private Path target() {
        Path target = folder.resolve("target");
        if (!Files.exists(target)) {
            disk.create(target, 0600).close();
        }
        return target;
    }

    private void patch(long position, String hexadecimal) throws IOException {
        try (var file = new RandomAccessFile(folder.resolve("image").toFile(), "rw")) {
            file.seek(position);
            file.write(HexFormat.of().parseHex(hexadecimal));
        }
    }

    /** The second word of the file parameters, which stand where their entry in the metadata says. */
    private void patchHasParent() throws IOException {
        byte[] image = Files.readAllBytes(folder.resolve("image"));
        String text = new String(image, StandardCharsets.ISO_8859_1);
        int table = text.indexOf("metadata");
        int entry = text.indexOf("\u0037\u0067\u00a1\u00ca\u0036\u00fa", table);
        int offset = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).getInt(entry + 16);
        patch(table + offset + 4, "02000000");
    }
}
