package ctl.vm.durable;

import ctl.vm.linux.LinuxError;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A disk whose filesystem does not know one call: it answers as the port says that filesystems answer which cannot do
 * it, and with an error number where the port says nothing. What is built on other calls is done by these.
 */
public final class RefusingDisk {

    /** What the port promises instead of a failure. */
    private static final Map<String, Function<Object[], Object>> ANSWERS = Map.ofEntries(
            Map.entry("renameIfFree", _ -> false),
            Map.entry("exchange", _ -> false),
            Map.entry("addName", _ -> false),
            Map.entry("lockHolder", _ -> Optional.empty()),
            Map.entry("born", _ -> Optional.empty()),
            Map.entry("shareWith", _ -> false),
            Map.entry("sharedBlocks", _ -> List.of()),
            Map.entry("isInMemory", _ -> true));

    /** The same for calls without a result. */
    private static final Set<String> IGNORED = Set.of(
            "syncFolder", "reserve", "startWriting", "finishWriting", "forget");

    private final String refused;
    private final int errno;
    private final Disk disk;
    private final Set<Path> written = new TreeSet<>();

    /** @param call of {@link #calls} */
    public RefusingDisk(Disk disk, String call, int errno) {
        this.refused = call;
        this.errno = errno;
        this.disk = wrap(Disk.class, disk);
    }

    /** No filesystem refuses to say how large a file is; watching and locking one are the kernel's own. */
    private static final Set<String> NEVER_REFUSED = Set.of(
            "space", "watch", "tryLock", "close", "path", "name", "getReady");

    /** Every call of a disk and of its files that a filesystem may refuse. */
    public static Stream<String> calls() {
        return Stream.of(Disk.class, DiskFile.class)
                .flatMap(type -> Arrays.stream(type.getMethods()))
                .filter(method -> !isBuiltOnOthers(method))
                .map(Method::getName)
                .filter(name -> !NEVER_REFUSED.contains(name))
                .distinct().sorted();
    }

    public Disk disk() {
        return disk;
    }

    /** Files that got bytes. */
    public Set<Path> written() {
        return written;
    }

    private static boolean isBuiltOnOthers(Method method) {
        return method.isDefault() && !ANSWERS.containsKey(method.getName()) && !IGNORED.contains(method.getName());
    }

    private <T> T wrap(Class<T> type, T real) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, new Refusing(real)));
    }

    private final class Refusing implements InvocationHandler {

        private final Object real;

        Refusing(Object real) {
            this.real = real;
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
            String name = method.getName();
            if (isBuiltOnOthers(method)) {
                return InvocationHandler.invokeDefault(proxy, method, arguments);
            }
            if (name.equals(refused) && ANSWERS.containsKey(name)) {
                return ANSWERS.get(name).apply(arguments);
            }
            if (name.equals(refused) && IGNORED.contains(name)) {
                return null;
            }
            if (name.equals("copyTo")) {
                return copy((DiskFile) proxy, (DiskFile) arguments[0], (long) arguments[1], (long) arguments[2]);
            }
            if (name.equals(refused) && name.equals("data")) {
                return allIsData((DiskFile) real, (long) arguments[0]);
            }
            // Where nothing stands the filesystem is not asked.
            boolean isAsked = !name.equals("remove") || ((Disk) real).entry((Path) arguments[0]).isPresent();
            if (name.equals(refused) && isAsked) {
                throw LinuxError.of(errno, name, subject(arguments));
            }
            if (name.equals("write")) {
                written.add(((DiskFile) real).path());
            }
            Object result = call(method, arguments);
            return result instanceof DiskFile file ? wrap(DiskFile.class, file) : result;
        }

        private Path subject(Object[] arguments) {
            return real instanceof DiskFile file ? file.path() : (Path) arguments[0];
        }

        /** By a read and a write, as where the kernel does not copy. */
        private long copy(DiskFile from, DiskFile to, long position, long length) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(length, 64 * 1024));
            int count = Math.max(0, from.read(bytes, position));
            to.write(bytes.flip(), position);
            return count;
        }

        private static Optional<DiskFile.Extent> allIsData(DiskFile file, long from) {
            return from < file.size() ? Optional.of(new DiskFile.Extent(from, file.size())) : Optional.empty();
        }

        private Object call(Method method, Object[] arguments) throws Throwable {
            try {
                return method.invoke(real, unwrapped(arguments));
            } catch (InvocationTargetException failed) {
                throw failed.getCause();
            }
        }

        private static Object[] unwrapped(Object[] arguments) {
            return arguments == null
                    ? null
                    : Arrays.stream(arguments).map(argument -> argument != null
                            && Proxy.isProxyClass(argument.getClass())
                            && Proxy.getInvocationHandler(argument) instanceof Refusing refusing
                                    ? refusing.real
                                    : argument)
                            .toArray();
        }
    }
}
