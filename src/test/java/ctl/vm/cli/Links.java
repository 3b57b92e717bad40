package ctl.vm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The links of pages to other files and to headings. */
final class Links {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.*)$");
    private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`[^`\n]*`");

    private Links() {}

    /**
     * Returns the broken links, as {@code page -> link}.
     *
     * @param root the folder that contains the pages
     * @param pages files and folders in it
     */
    static List<String> broken(Path root, List<String> pages) throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : files(root, pages)) {
            String text = CODE.matcher(Files.readString(page)).replaceAll("code");
            for (String link : LINK.matcher(text).results().map(found -> found.group(1)).toList()) {
                if (!link.contains("://") && !leadsSomewhere(page, link)) {
                    broken.add(root.relativize(page) + " -> " + link);
                }
            }
        }
        return broken;
    }

    private static List<Path> files(Path root, List<String> pages) throws IOException {
        List<Path> files = new ArrayList<>();
        for (String page : pages) {
            try (Stream<Path> below = Files.walk(root.resolve(page))) {
                below.filter(file -> file.toString().endsWith(".md")).forEach(files::add);
            }
        }
        return files;
    }

    private static boolean leadsSomewhere(Path page, String link) throws IOException {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        return Files.exists(target)
                && (parts.length == 1 || anchors(Files.readString(target)).contains(parts[1]));
    }

    /** The anchor of each heading, as GitHub and GitLab make it. */
    private static List<String> anchors(String page) {
        return HEADING.matcher(page).results()
                .map(found -> found.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ',
                        '-'))
                .collect(Collectors.toList());
    }
}
