package ctl;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What {@link AotTraining} takes for a team's server: it speaks the protocol of PostgreSQL, as far as the questions to a
 * team need it, and has one answer for each of them. The build cannot start a real server everywhere.
 */
final class RehearsedServer implements AutoCloseable {

    private static final int TEXT = 25;
    private static final int WHOLE = 20;
    private static final int NUMBER = 23;
    private static final int TRUTH = 16;
    private static final int TIME = 1184;
    private static final String THEN = "2026-11-23 12:05:01.123456+00";
    private static final List<String> SETTINGS = List.of("server_version", "18.0", "server_encoding", "UTF8",
            "client_encoding", "UTF8", "DateStyle", "ISO, MDY", "TimeZone", "UTC", "integer_datetimes", "on",
            "standard_conforming_strings", "on");

    private final ServerSocket listening;
    private final String beginning;
    private final String end;

    /** @param beginning the line of an event that begins something @param end that of one that ends it */
    RehearsedServer(String beginning, String end) {
        this.beginning = beginning;
        this.end = end;
        try {
            listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Thread.ofPlatform().daemon().start(this::accept);
    }

    String url() {
        return "postgresql://rehearsal@127.0.0.1:%d/team?sslmode=disable".formatted(listening.getLocalPort());
    }

    /** The columns of an answer by their types, and its rows in text, with nothing where a value is missing. */
    private record Answer(List<Integer> types, List<List<String>> rows) {}

    private Answer answer(String sql) {
        if (sql.contains("FROM ctl_team.root")) {
            return new Answer(List.of(NUMBER, TEXT, WHOLE, TEXT, TIME, WHOLE, TRUTH),
                    List.of(List.of("1", "hosta", "4", "0".repeat(64), THEN, "7", "t")));
        } else if (sql.contains("snapshots")) {
            return new Answer(List.of(NUMBER, TEXT, WHOLE, WHOLE, WHOLE, TEXT),
                    List.of(List.of("1", "MyBox", "4194304", "1", "1764500000123456", "alice")));
        } else if (sql.contains("ctl_team.image")) {
            List<Integer> types = List.of(NUMBER, TEXT, WHOLE, TEXT, TEXT, WHOLE, TEXT, TEXT, WHOLE, TEXT);
            return new Answer(types, List.of(
                    List.of("1", "MyBox", "1", "cloned", "Other", "1764500000123456", "alice", "", "", ""),
                    image("disk.s2e"), image("disk.s2e.ready")));
        } else if (sql.contains("beginning.line")) {
            return new Answer(List.of(TIME, NUMBER, WHOLE, WHOLE, WHOLE, TEXT, TEXT),
                    List.of(List.of(THEN, "1", sequence(beginning), sequence(end), "1", beginning, end)));
        }
        return new Answer(List.of(WHOLE), List.of());
    }

    private static List<String> image(String file) {
        return List.of("1", "MyBox", "", "", "", "", "", file, "4194304", "1764500000123456789");
    }

    private static String sequence(String line) {
        return line.substring(line.indexOf(':') + 1, line.indexOf(','));
    }

    private void accept() {
        while (!listening.isClosed()) {
            try (Socket client = listening.accept()) {
                converse(new DataInputStream(new BufferedInputStream(client.getInputStream())),
                        new DataOutputStream(new BufferedOutputStream(client.getOutputStream())));
            } catch (IOException ended) {
                // By the other side, or by close().
            }
        }
    }

    private void converse(DataInputStream in, DataOutputStream out) throws IOException {
        in.skipNBytes(in.readInt() - Integer.BYTES);
        send(out, 'R', body -> body.writeInt(0));
        for (int setting = 0; setting < SETTINGS.size(); setting += 2) {
            List<String> pair = SETTINGS.subList(setting, setting + 2);
            send(out, 'S', body -> {
                write(body, pair.getFirst());
                write(body, pair.getLast());
            });
        }
        send(out, 'Z', body -> body.write('I'));
        out.flush();
        String sql = "";
        for (int kind = in.read(); kind >= 0 && kind != 'X'; kind = in.read()) {
            byte[] message = in.readNBytes(in.readInt() - Integer.BYTES);
            switch (kind) {
                case 'P' -> {
                    // The name of the statement, which is empty, stands before it.
                    sql = new String(message, StandardCharsets.UTF_8).substring(1);
                    send(out, '1', _ -> {});
                }
                case 'B' -> send(out, '2', _ -> {});
                case 'D' -> describe(out, answer(sql));
                case 'E' -> {
                    for (List<String> row : answer(sql).rows()) {
                        send(out, 'D', body -> cells(body, row));
                    }
                    send(out, 'C', body -> write(body, "SELECT 1"));
                }
                case 'Q' -> {
                    // The driver sets what it needs to be so.
                    send(out, 'C', body -> write(body, "SET"));
                    send(out, 'Z', body -> body.write('I'));
                    out.flush();
                }
                case 'S' -> {
                    send(out, 'Z', body -> body.write('I'));
                    out.flush();
                }
                default -> throw new EOFException("message %c is not rehearsed".formatted(kind));
            }
        }
    }

    private static void describe(DataOutputStream out, Answer answer) throws IOException {
        send(out, 'T', body -> {
            body.writeShort(answer.types().size());
            for (int type : answer.types()) {
                write(body, "column");
                body.writeInt(0);
                body.writeShort(0);
                body.writeInt(type);
                body.writeShort(-1);
                body.writeInt(-1);
                body.writeShort(0);
            }
        });
    }

    private static void cells(DataOutputStream body, List<String> row) throws IOException {
        body.writeShort(row.size());
        for (String cell : row) {
            byte[] text = cell.getBytes(StandardCharsets.UTF_8);
            body.writeInt(cell.isEmpty() ? -1 : text.length);
            body.write(text);
        }
    }

    private interface Body {
        void write(DataOutputStream body) throws IOException;
    }

    private static void send(DataOutputStream out, char kind, Body content) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        content.write(new DataOutputStream(body));
        out.write(kind);
        out.writeInt(body.size() + Integer.BYTES);
        body.writeTo(out);
    }

    private static void write(DataOutputStream body, String text) throws IOException {
        body.write(text.getBytes(StandardCharsets.UTF_8));
        body.write(0);
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
