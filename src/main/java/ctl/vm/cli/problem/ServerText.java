package ctl.vm.cli.problem;

import ctl.vm.problem.ServerFailure.IgnoredFile;
import ctl.vm.problem.ServerFailure.LoginRefused;
import ctl.vm.problem.ServerFailure.TlsFailed;
import ctl.vm.problem.ServerFailure;

/** What is said of a {@link ServerFailure}. */
final class ServerText {

    private ServerText() {}

    static ProblemText of(ServerFailure problem) {
        return switch (problem) {
            case LoginRefused refused -> of(refused);
            case ServerFailure.NoSuchDatabase(var server, var database) -> new ProblemText(
                    "the server %s has no database \"%s\"".formatted(server, database),
                    "name one that there is, or let its administrator create it: docs/team.md");
            case ServerFailure.NoServerRights(var server, var user, var grant) -> new ProblemText(
                    "%s: the login %s may not do that".formatted(server, user),
                    grant.map(name -> "let the administrator of the server run: GRANT %s TO %s"
                            .formatted(name, identifier(user)))
                            .orElse("let the administrator of the server grant it: docs/team.md"));
            case TlsFailed(var server, var fault, var reason) -> of(server, fault, reason);
            case ServerFailure.BadTlsFile(var file, var reason) -> new ProblemText(
                    "%s: %s".formatted(file, reason),
                    "set sslcert, sslkey and sslrootcert in the URL to files in PEM format that this user can read");
            case ServerFailure.ReadOnlyServer(var server) -> new ProblemText(
                    "the server %s is a standby or read-only".formatted(server),
                    "name the primary server, or all of them: postgresql://A,B/ctl?target_session_attrs=read-write");
            case ServerFailure.NoServerOfKind(var server, var kind) -> new ProblemText(
                    "%s: none of the servers is of the kind that target_session_attrs=%s asks for"
                            .formatted(server, kind),
                    "name one that is, or leave target_session_attrs out of the URL");
            case ServerFailure.ConnectionRefused(var server, var reason) -> new ProblemText(
                    "%s refuses the connection: %s".formatted(server, reason),
                    "see the options in the URL, PGOPTIONS, and the log of the server");
            case ServerFailure.ServerDiskFull(var server) -> new ProblemText(
                    "the server %s has no space left on its disk".formatted(server),
                    "let its administrator make room; then run the same command again");
            case ServerFailure.NotPostgres(var server) -> new ProblemText(
                    "what answers at %s is not PostgreSQL".formatted(server),
                    "check the host and the port: PostgreSQL listens on 5432 unless it is told otherwise");
            case ServerFailure.PoolerInTheWay(var server) -> new ProblemText(
                    "%s is a connection pooler, which shares connections with others".formatted(server),
                    "name the server behind it");
            case ServerFailure.SchemaMissing(var server, var schema) -> new ProblemText(
                    "the database %s has no schema %s".formatted(server, schema),
                    "let its administrator make it: \"ctl vm team schema\" prints the statements for psql");
            case ServerFailure.JournalMissing(var server, var schema) -> new ProblemText(
                    "the database %s lacks the schema %s, which has the journal of this root".formatted(server, schema),
                    "let its administrator restore it from a backup; if there is none: docs/shared-folder.md");
            case ServerFailure.SchemaTooOld(var server, var schema, var found, var known) -> new ProblemText(
                    "the schema %s in the database %s has version %s, and this program needs %s"
                            .formatted(schema, server, found, known),
                    "let its administrator bring it up to date: \"ctl vm team schema --from %s\" prints the statements"
                            .formatted(found));
            case ServerFailure.SchemaTooNew(var server, var schema, var found, var known) -> new ProblemText(
                    "the schema %s in the database %s has version %s, and this program knows %s"
                            .formatted(schema, server, found, known),
                    "use the newer ctl that made it; nothing was changed");
            case ServerFailure.NotShippedByLogin(var server, var user) -> new ProblemText(
                    "%s: the login %s does not ship this root".formatted(server, user),
                    "run \"ctl vm team join\" with the login that is to ship it");
            case ServerFailure.OtherJournal(var server, var schema, var event) -> new ProblemText(
                    "%s holds a journal whose event %d is not in this one".formatted(server, event),
                    "rename the schema %s on the server, if that journal is not needed; then run the same command again"
                            .formatted(schema));
            case ServerFailure.ServerTrouble(var server, var reason) -> new ProblemText(
                    "the server %s says: %s".formatted(server, reason),
                    "see the log of the server; then run the same command again");
        };
    }

    private static ProblemText of(LoginRefused refused) {
        String message = "the server %s refuses the login %s".formatted(refused.server(), refused.user());
        return switch (refused.fault()) {
            case NO_PASSWORD -> new ProblemText(message + ": it asks for a password, and there is none",
                    refused.ignored().map(ServerText::ignored)
                            .orElse("put it into ~/.pgpass (mode 600), as HOST:PORT:DATABASE:USER:PASSWORD"));
            case WRONG_PASSWORD -> new ProblemText(message + ": the password is wrong, or there is no such login",
                    refused.ignored().map(ServerText::ignored)
                            .orElse("see ~/.pgpass, and PGPASSWORD, which goes before it"));
            case OTHER -> new ProblemText(message + ": " + refused.reason(),
                    refused.ignored().map(ServerText::ignored)
                            .orElse("let its administrator allow it in pg_hba.conf: docs/team.md"));
        };
    }

    private static String ignored(IgnoredFile file) {
        return file.isOpenToOthers()
                ? "%s is ignored, as other users can read it: run \"chmod 600 %s\"".formatted(file.path(),
                        ShellWord.of(file.path().toString()))
                : "%s is ignored, as it cannot be read: make it a file of yours with mode 600".formatted(file.path());
    }

    private static ProblemText of(String server, ServerFailure.TlsFault fault, String reason) {
        return switch (fault) {
            case EXPIRED -> new ProblemText(
                    "the certificate of the server %s has expired or is not valid yet".formatted(server),
                    "let its administrator renew it, and see whether the clock of this machine is right");
            case OTHER_HOST -> new ProblemText(
                    "the certificate of the server %s is for another host: %s".formatted(server, reason),
                    "use the name that stands in the certificate, or let the administrator of the server renew it");
            case UNKNOWN_AUTHORITY -> new ProblemText(
                    "the certificate of the server %s is not signed by a trusted authority".formatted(server),
                    "put that authority's certificate into ~/.postgresql/root.crt, or name its file with sslrootcert");
            case NOT_OFFERED -> new ProblemText(
                    "the server %s does not encrypt, and the URL asks for it".formatted(server),
                    "let its administrator set ssl = on, or leave sslmode out of the URL on a network that is trusted");
            case CLIENT_REFUSED -> new ProblemText(
                    "the server %s refuses the certificate of this side: %s".formatted(server, reason),
                    "see the files that sslcert and sslkey name, by default ~/.postgresql/postgresql.crt and .key");
            case OTHER -> new ProblemText(
                    "the connection to the server %s cannot be encrypted: %s".formatted(server, reason),
                    "see sslmode in the URL, and the log of the server");
        };
    }

    /** A name as SQL has it, in quotes where it needs them. */
    private static String identifier(String name) {
        return name.matches("[a-z_][a-z0-9_]*") ? name : "\"" + name.replace("\"", "\"\"") + "\"";
    }
}
