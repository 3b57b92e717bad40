package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The questions in {@code docs/audit.md}, answered as the page says: by the command, and by SQL. */
class CookbookIT {

    private static final Pattern QUESTION = Pattern.compile("(?m)^\\| (.*\\?) \\| `(audit .*)` \\| `(SELECT .*)` \\|$");

    /** A query between the dates of the page has results only in that month. */
    private static final Pattern DATES = Pattern.compile("2026-1[12]-01");

    @TempDir
    private Path folder;

    private Program program;
    private InProcess inProcess;
    private String operation;

    /** A question of the page. */
    private record Question(String words, String command, String sql) {}

    @BeforeEach
    void doAllThatIsAskedFor() {
        program = new Program(folder).onPath();
        inProcess = new InProcess(program);
        inProcess.succeeds("create", "MyBox", "1M");
        program.shell("cd \"$CTL_ROOT/vm/MyBox\"; cp -p disk.s2e disk.s2e.ready");
        for (String line : List.of("reconcile", "clone MyBox Two", "export MyBox", "delete MyBox:ready")) {
            inProcess.succeeds(line.split(" "));
        }
        program.shell("""
                head -c 5000 MyBox.tar.gz >bad.tar.gz; truncate -s 300 bad.tar.gz; ! ctl vm import bad.tar.gz Three
                """);
        String audit = inProcess.succeeds("audit", "--json", "--limit", "1", "--action", "clone").out();
        operation = audit.replaceAll("(?s).*\"operation\":\"([^\"]*)\".*", "$1");
    }

    @Test
    void tenQuestions_haveAnswersBothWays() throws Exception {
        List<Question> questions = questions();
        assertThat(questions).hasSize(10);
        for (Question question : questions) {
            String answer = inProcess.succeeds(program.words(own(question.command()))).out();
            int rows = rows(own(question.sql()));
            if (!DATES.matcher(question.sql()).find()) {
                assertThat(answer.lines().count()).as(question.words()).isGreaterThan(1);
                assertThat(rows).as(question.words()).isPositive();
            }
        }
    }

    private static List<Question> questions() throws IOException {
        return QUESTION.matcher(Files.readString(Path.of("docs/audit.md"))).results()
                .map((MatchResult row) -> new Question(row.group(1), row.group(2), row.group(3)))
                .toList();
    }

    /** With the names in this journal. */
    private String own(String words) {
        return words.replace("ann", System.getProperty("user.name")).replaceAll("\\bID\\b", operation);
    }

    private int rows(String sql) throws SQLException {
        String url = "jdbc:h2:file:%s;ACCESS_MODE_DATA=r;IFEXISTS=TRUE".formatted(
                program.root().resolve("journal/journal"));
        try (Connection connection = DriverManager.getConnection(url, "ctl", "");
                ResultSet answers = connection.createStatement().executeQuery(sql)) {
            int rows = 0;
            while (answers.next()) {
                rows++;
            }
            return rows;
        }
    }
}
