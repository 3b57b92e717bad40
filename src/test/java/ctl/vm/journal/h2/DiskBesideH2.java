package ctl.vm.journal.h2;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.durable.ForgetfulDisk;
import ctl.vm.durable.LinuxDisk;
import ctl.vm.inventory.value.Layout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A {@link ForgetfulDisk} with a journal on it. H2 writes its files past every port: their bytes stand in a real folder
 * of the same path, and their names on both. A power cut forgets names of H2's files that were not synced, and the
 * bytes of a file that was not synced through the disk since it was made; what H2 itself has synced is not forgotten.
 */
final class DiskBesideH2 {

    private static final String DATABASE = ".mv.db";

    private final Layout layout;
    private final ForgetfulDisk forgetful;
    private final Disk real = new LinuxDisk();
    private final Map<Path, Long> inodes = new HashMap<>();
    private final Map<Long, Content> contents = new HashMap<>();
    private final Set<Long> synced = new HashSet<>();

    private record Content(byte[] bytes, FileTime modified) {}

    DiskBesideH2(Layout layout) {
        this(layout, new ForgetfulDisk());
        forgetful.folder(layout.root().toString());
    }

    private DiskBesideH2(Layout layout, ForgetfulDisk forgetful) {
        this.layout = layout;
        this.forgetful = forgetful;
    }

    ForgetfulDisk forgetful() {
        return forgetful;
    }

    Disk disk() {
        return proxy(Disk.class, (method, arguments) -> {
            boolean isOfH2 = arguments.length > 0 && arguments[0] instanceof Path path && isOfH2(path);
            Path path = isOfH2 ? (Path) arguments[0] : Path.of("");
            if (isOfH2 && method.getName().equals("entry")) {
                return forgetful.entry(path).flatMap(known -> real.entry(path).map(entry -> new Disk.Entry(
                        entry.kind(), entry.size(), entry.modified(), entry.changed(), entry.device(), known.inode(),
                        entry.mode())));
            }
            if (isOfH2 && method.getName().equals("replace")) {
                forgetful.replace(path, (Path) arguments[1]);
                keep((Path) arguments[1]);
                Files.move(path, (Path) arguments[1], StandardCopyOption.ATOMIC_MOVE);
                inodes.put((Path) arguments[1], inodes.remove(path));
                return null;
            }
            Object result = call(method, forgetful, arguments);
            if (method.getName().equals("createFolder")) {
                Files.createDirectories((Path) arguments[0]);
            }
            if (!isOfH2) {
                return result;
            }
            switch (method.getName()) {
                case "create" -> {
                    Files.deleteIfExists(path);
                    Files.createFile(path);
                    inodes.put(path, inode(path));
                }
                case "remove" -> {
                    keep(path);
                    Files.deleteIfExists(path);
                }
                case "addName" -> {
                    Files.createLink((Path) arguments[1], path);
                    inodes.put((Path) arguments[1], inodes.get(path));
                }
                default -> {}
            }
            return result instanceof DiskFile file ? file(path, file) : result;
        });
    }

    private DiskFile file(Path path, DiskFile forgetfulFile) {
        DiskFile bytes = real.openForWriting(path);
        return proxy(DiskFile.class, (method, arguments) -> switch (method.getName()) {
            case "shareWith" -> false;
            case "copyTo" -> {
                ByteBuffer read = bytes.read(
                        new DiskFile.Extent((long) arguments[1], (long) arguments[1] + (long) arguments[2]));
                long count = read.remaining();
                ((DiskFile) arguments[0]).write(read, (long) arguments[1]);
                yield count;
            }
            case "write" -> {
                ByteBuffer source = (ByteBuffer) arguments[0];
                forgetfulFile.write(source.duplicate(), (long) arguments[1]);
                bytes.write(source, (long) arguments[1]);
                yield null;
            }
            case "sync" -> {
                forgetfulFile.write(ByteBuffer.wrap(Files.readAllBytes(path)), 0);
                forgetfulFile.sync();
                synced.add(inode(path));
                yield null;
            }
            case "close" -> {
                forgetfulFile.close();
                bytes.close();
                yield null;
            }
            default -> call(method, bytes, arguments);
        });
    }

    private boolean isOfH2(Path path) {
        return layout.journal().equals(path.getParent()) && path.getFileName().toString().contains(DATABASE);
    }

    private long inode(Path path) {
        return forgetful.entry(path).orElseThrow().inode();
    }

    /** Makes the same disk once more, in the real folder of this one. */
    DiskBesideH2 copy() throws IOException {
        keepAll();
        var copy = new DiskBesideH2(layout, forgetful.copy());
        copy.contents.putAll(contents);
        copy.synced.addAll(synced);
        copy.layOut();
        return copy;
    }

    /** Cuts power and starts again: see {@link ForgetfulDisk#restart}. */
    void restart(long seed) throws IOException {
        keepAll();
        forgetful.restart(seed);
        layOut();
    }

    private void keepAll() throws IOException {
        for (Path path : List.copyOf(inodes.keySet())) {
            keep(path);
        }
    }

    private void keep(Path path) throws IOException {
        if (inodes.containsKey(path) && Files.exists(path)) {
            contents.put(inodes.remove(path), new Content(Files.readAllBytes(path), Files.getLastModifiedTime(path)));
        }
    }

    /** Gives H2's files in the real folder the names and bytes that the disk has. */
    private void layOut() throws IOException {
        if (Files.exists(layout.journal())) {
            try (Stream<Path> files = Files.list(layout.journal())) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
        if (!forgetful.exists(layout.journal().toString())) {
            Files.deleteIfExists(layout.journal());
            return;
        }
        Files.createDirectories(layout.journal());
        for (Path path : forgetful.list(layout.journal())) {
            if (isOfH2(path)) {
                long inode = inode(path);
                Content content = contents.get(inode);
                Files.write(path, synced.contains(inode) ? content.bytes : forgetful.read(path.toString()));
                if (content != null) {
                    Files.setLastModifiedTime(path, content.modified);
                }
                inodes.put(path, inode);
            }
        }
    }

    private interface Handler {
        Object call(Method method, Object... arguments) throws IOException;
    }

    private static <T> T proxy(Class<T> type, Handler handler) {
        return type
                .cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    try {
                        return handler.call(method, arguments == null ? new Object[0] : arguments);
                    } catch (IOException failure) {
                        throw new UncheckedIOException(failure);
                    }
                }));
    }

    private static Object call(Method method, Object target, Object... arguments) {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException thrown) {
            switch (thrown.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error error -> throw error;
                default -> throw new IllegalStateException(thrown);
            }
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
