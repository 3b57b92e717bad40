package ctl;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A network between the program under test and a server: it passes on what both say, until it is told to fail.
 *
 * <p>Bytes are counted over all connections, since the last {@link #passAll}.
 */
public final class Proxy implements AutoCloseable {

    private final ServerSocket listening;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Direction toServer = new Direction();
    private final Direction toClient = new Direction();
    private volatile boolean refusing;
    private volatile Duration delay = Duration.ZERO;

    /** Listens at a free port of 127.0.0.1, for a server at another one. */
    public Proxy(int target) {
        this.target = target;
        try {
            this.listening = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    /** Where to connect to. */
    public int port() {
        return listening.getLocalPort();
    }

    /** Works from now on; counts bytes from here. */
    public void passAll() {
        refusing = false;
        delay = Duration.ZERO;
        toServer.reset();
        toClient.reset();
    }

    /** Passes so many more bytes to the server, then cuts every connection and accepts none. */
    public void cutToServerAfter(long bytes) {
        toServer.endAfter(bytes, End.CUT);
    }

    /** Passes so many more bytes of answers, then cuts every connection and accepts none. */
    public void cutToClientAfter(long bytes) {
        toClient.endAfter(bytes, End.CUT);
    }

    /** Passes so many more bytes to the server and then nothing more, while connections seem to stay open. */
    public void hangToServerAfter(long bytes) {
        toServer.endAfter(bytes, End.HANG);
    }

    /** Passes so many more bytes of answers and then nothing more, while connections seem to stay open. */
    public void hangToClientAfter(long bytes) {
        toClient.endAfter(bytes, End.HANG);
    }

    /** Holds back everything for so long. */
    public void delay(Duration each) {
        delay = each;
    }

    /** Cuts every connection and accepts none. */
    public void cut() {
        refusing = true;
        sockets.forEach(this::reset);
    }

    /** How many bytes were passed on to the server. */
    public long bytesToServer() {
        return toServer.passed.get();
    }

    /** How many bytes of answers were passed on. */
    public long bytesToClient() {
        return toClient.passed.get();
    }

    @Override
    public void close() {
        cut();
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listening.accept();
            sockets.add(client);
            if (refusing) {
                reset(client);
                continue;
            }
            try {
                Socket server = new Socket(InetAddress.getByName("127.0.0.1"), target);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                sockets.add(server);
                start(() -> pass(client, server, toServer));
                start(() -> pass(server, client, toClient));
            } catch (IOException _) {
                // The server refuses: so do we.
                reset(client);
            }
        }
    }

    private void pass(Socket from, Socket to, Direction direction) throws IOException {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] buffer = new byte[1 << 16];
        try {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (delay.isPositive()) {
                    Thread.sleep(delay);
                }
                int allowed = direction.allowed(read);
                out.write(buffer, 0, allowed);
                out.flush();
                if (direction.isOver()) {
                    switch (direction.end) {
                        case CUT -> cut();
                        case HANG -> direction.awaitReset();
                    }
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            reset(from);
            reset(to);
        }
    }

    private void reset(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A thread of the network. It ends with its sockets. */
    private static void start(Act act) {
        Thread.ofPlatform().daemon().name("proxy").start(() -> {
            try {
                act.run();
            } catch (IOException _) {
                // A socket was closed: that is what a proxy is for.
            }
        });
    }

    private interface Act {
        void run() throws IOException;
    }

    private enum End {
        CUT, HANG
    }

    /** What may pass in one direction. */
    private static final class Direction {

        private final AtomicLong passed = new AtomicLong();
        private long remaining = Long.MAX_VALUE;
        private volatile End end = End.CUT;

        synchronized void reset() {
            passed.set(0);
            remaining = Long.MAX_VALUE;
            notifyAll();
        }

        synchronized void endAfter(long bytes, End newEnd) {
            remaining = bytes;
            end = newEnd;
        }

        synchronized int allowed(int wanted) {
            int allowed = (int) Math.min(wanted, remaining);
            remaining -= remaining == Long.MAX_VALUE ? 0 : allowed;
            passed.addAndGet(allowed);
            return allowed;
        }

        synchronized boolean isOver() {
            return remaining == 0;
        }

        synchronized void awaitReset() throws InterruptedException {
            while (remaining == 0) {
                wait();
            }
        }
    }
}
