import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Rewrites the class files of a jar that were compiled for Java 5 as class files of Java 8, which say the same and carry stack
 * maps. The JVM leaves older ones out of an ahead-of-time cache, so that each start would read and verify them anew: for
 * picocli that is 150 ms.
 *
 * <p>A step of the build: {@code java ModernClassFiles.java JAR}. A jar without such class files stays as it is.
 */
final class ModernClassFiles {

    /** The first version whose verifier needs stack maps. */
    private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;

    private final ClassFile classFile;

    private ModernClassFiles(ClassLoader classes) {
        this.classFile = ClassFile.of(
                ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                ClassFile.ConstantPoolSharingOption.NEW_POOL,
                ClassFile.ClassHierarchyResolverOption.of(
                        ClassHierarchyResolver.ofClassLoading(classes).cached()));
    }

    public static void main(String[] arguments) throws IOException {
        Path jar = Path.of(arguments[0]);
        Path rewritten = jar.resolveSibling(jar.getFileName() + ".new");
        try (URLClassLoader classes = new URLClassLoader(new URL[] {jar.toUri().toURL()});
                JarFile source = new JarFile(jar.toFile());
                OutputStream target = Files.newOutputStream(rewritten)) {
            new ModernClassFiles(classes).rewrite(source, target);
        }
        Files.move(rewritten, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Keeps the order, the names and the times of the entries: the same jar gives the same jar. */
    private void rewrite(JarFile source, OutputStream stream) throws IOException {
        try (JarOutputStream target = new JarOutputStream(stream)) {
            for (JarEntry entry : (Iterable<JarEntry>) source.stream()::iterator) {
                JarEntry same = new JarEntry(entry.getName());
                same.setTime(entry.getTime());
                target.putNextEntry(same);
                byte[] bytes = source.getInputStream(entry).readAllBytes();
                target.write(entry.getName().endsWith(".class") ? modern(bytes) : bytes);
                target.closeEntry();
            }
        }
    }

    private byte[] modern(byte[] bytes) {
        ClassModel model = classFile.parse(bytes);
        if (model.majorVersion() >= FIRST_WITH_STACK_MAPS) {
            return bytes;
        }
        return classFile.transformClass(model, ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
                .andThen((target, element) -> {
                    if (element instanceof ClassFileVersion) {
                        target.withVersion(ClassFile.JAVA_8_VERSION, 0);
                    } else {
                        target.with(element);
                    }
                }));
    }
}
