package ctl.vm.durable;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;

/**
 * The disk of this machine for a process that dies at one of its acts: before it, as if killed. What was done before
 * stays, and from then on nothing is done until the next process {@link #begins}.
 */
public final class MortalDisk {

    private static final Set<String> ACTS = Set.of(
            "openForWriting", "create", "createFolder", "createLink", "rename", "replace", "exchange", "remove",
            "syncFolder", "write", "resize", "copyTo", "shareWith", "setModified", "sync");

    private final Disk disk = wrap(Disk.class, new LinuxDisk());
    private int left = Integer.MAX_VALUE;

    public Disk disk() {
        return disk;
    }

    /** @param acts how many it will survive */
    public void begins(int acts) {
        left = acts;
    }

    /** One that lives as long as it likes. */
    public void begins() {
        begins(Integer.MAX_VALUE);
    }

    /** Counts as an act, like those of the disk. */
    public void act() {
        if (left <= 0) {
            throw new PowerLost(left);
        }
        left--;
    }

    private <T> T wrap(Class<T> type, T real) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, new Mortal(real)));
    }

    private final class Mortal implements InvocationHandler {

        private final Object real;

        Mortal(Object real) {
            this.real = real;
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
            if (method.getName().endsWith("Durably") || method.getName().equals("syncFoldersOf")) {
                return InvocationHandler.invokeDefault(proxy, method, arguments);
            }
            if (ACTS.contains(method.getName())) {
                act();
            }
            try {
                Object result = method.invoke(real, unwrapped(arguments));
                return result instanceof DiskFile file ? wrap(DiskFile.class, file) : result;
            } catch (InvocationTargetException failed) {
                throw failed.getCause();
            }
        }

        private static Object[] unwrapped(Object[] arguments) {
            if (arguments == null) {
                return null;
            }
            Object[] unwrapped = arguments.clone();
            for (int at = 0; at < arguments.length; at++) {
                if (arguments[at] != null && Proxy.isProxyClass(arguments[at].getClass())
                        && Proxy.getInvocationHandler(arguments[at]) instanceof Mortal mortal) {
                    unwrapped[at] = mortal.real;
                }
            }
            return unwrapped;
        }
    }
}
