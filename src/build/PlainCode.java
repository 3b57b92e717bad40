import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;

import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.RecordComponentInfo;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Compiles what javac leaves to be linked at run time: switches over types, and the {@code equals} and {@code hashCode}
 * of records. The JVM makes a class of its own for each of them when it is met for the first time, at every start, as
 * no start-up cache holds such classes. What is written instead is what one would write by hand: a row of
 * {@code instanceof}, a comparison of each component.
 *
 * <p>Argument: the folder of compiled classes, which with all that they use stand in the class path. A class that has
 * been through this is left as it is.
 */
final class PlainCode {

    private static final ClassDesc OBJECTS = ClassDesc.of("java.util.Objects");
    private static final String SWITCHES = "SwitchBootstraps";
    private static final String RECORDS = "ObjectMethods";

    /** The number that a switch gets for null. */
    private static final int NONE = -1;

    /** What the verifier's tables in changed code are made from. */
    private static final ClassFile.Option LOOK_UP = ClassFile.ClassHierarchyResolverOption.of(
            ClassHierarchyResolver.ofResourceParsing(PlainCode.class.getClassLoader()).cached());

    private final ClassModel model;
    private int switches;

    private PlainCode(ClassModel model) {
        this.model = model;
    }

    public static void main(String[] arguments) throws IOException {
        List<Path> classes;
        try (Stream<Path> files = Files.walk(Path.of(arguments[0]))) {
            classes = files.filter(file -> file.toString().endsWith(".class")).toList();
        }
        for (Path file : classes) {
            ClassModel model = ClassFile.of().parse(file);
            if (new PlainCode(model).hasWork()) {
                Files.write(file, new PlainCode(model).compiled());
            }
        }
    }

    private boolean hasWork() {
        return model.methods().stream()
                .flatMap(method -> method.code().stream())
                .flatMap(code -> code.elementStream())
                .anyMatch(element -> element instanceof InvokeDynamicInstruction call
                        && (isSwitch(call) || isComparison(call)));
    }

    private byte[] compiled() {
        return ClassFile.of(LOOK_UP).transformClass(model, this::element);
    }

    private void element(ClassBuilder to, ClassElement element) {
        if (element instanceof MethodModel method && method.code().isPresent()) {
            to.transformMethod(method, (builder, part) -> {
                if (part instanceof CodeModel code) {
                    builder.transformCode(code, (within, instruction) -> instruction(to, within, instruction));
                } else {
                    builder.with(part);
                }
            });
        } else {
            to.with(element);
        }
    }

    private void instruction(ClassBuilder to, CodeBuilder within, CodeElement instruction) {
        if (!(instruction instanceof InvokeDynamicInstruction call)) {
            within.with(instruction);
        } else if (isSwitch(call)) {
            String name = "typeSwitch$" + switches++;
            to.withMethodBody(name, call.typeSymbol(), flags(), code -> choose(code, call.bootstrapArgs()));
            within.invokestatic(model.thisClass().asSymbol(), name, call.typeSymbol(), isInterface());
        } else if (isComparison(call)) {
            String name = "record$" + call.name().stringValue();
            boolean equals = call.name().equalsString("equals");
            to.withMethodBody(name, call.typeSymbol(), flags(), code -> {
                if (equals) {
                    compare(code);
                } else {
                    digest(code);
                }
            });
            within.invokestatic(model.thisClass().asSymbol(), name, call.typeSymbol(), isInterface());
        } else {
            within.with(instruction);
        }
    }

    private static int flags() {
        return ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC;
    }

    private boolean isInterface() {
        return model.flags().has(AccessFlag.INTERFACE);
    }

    /** A switch whose labels are all types: others are few. */
    private static boolean isSwitch(InvokeDynamicInstruction call) {
        return owner(call).equals(SWITCHES)
                && call.bootstrapMethod().methodName().equals("typeSwitch")
                && call.bootstrapArgs().stream().allMatch(label -> label instanceof ClassDesc);
    }

    private static boolean isComparison(InvokeDynamicInstruction call) {
        return owner(call).equals(RECORDS)
                && (call.name().equalsString("equals") || call.name().equalsString("hashCode"));
    }

    private static String owner(InvokeDynamicInstruction call) {
        DirectMethodHandleDesc bootstrap = call.bootstrapMethod();
        return bootstrap.owner().displayName();
    }

    /**
     * The number of the first label from the second argument on whose type the first argument is of; the count of
     * labels where there is none. As {@code java.lang.runtime.SwitchBootstraps.typeSwitch} has it.
     */
    private static void choose(CodeBuilder code, List<ConstantDesc> labels) {
        Label present = code.newLabel();
        code.aload(0).ifnonnull(present).loadConstant(NONE).ireturn().labelBinding(present);
        for (int number = 0; number < labels.size(); number++) {
            Label next = code.newLabel();
            code.iload(1).loadConstant(number).if_icmpgt(next);
            code.aload(0).instanceOf((ClassDesc) labels.get(number)).ifeq(next);
            code.loadConstant(number).ireturn().labelBinding(next);
        }
        code.loadConstant(labels.size()).ireturn();
    }

    private void compare(CodeBuilder code) {
        ClassDesc self = model.thisClass().asSymbol();
        Label different = code.newLabel();
        code.aload(1).instanceOf(self).ifeq(different);
        code.aload(1).checkcast(self).astore(2);
        for (RecordComponentInfo component : components()) {
            ClassDesc type = component.descriptorSymbol();
            String name = component.name().stringValue();
            code.aload(0).getfield(self, name, type).aload(2).getfield(self, name, type);
            switch (TypeKind.from(type)) {
                case LONG -> code.lcmp().ifne(different);
                case REFERENCE -> code.invokestatic(
                        OBJECTS, "equals", MethodTypeDesc.of(CD_boolean, CD_Object, CD_Object)).ifeq(different);
                case FLOAT, DOUBLE -> code.invokestatic(
                        box(type), "compare", MethodTypeDesc.of(CD_int, type, type)).ifne(different);
                default -> code.if_icmpne(different);
            }
        }
        code.iconst_1().ireturn().labelBinding(different).iconst_0().ireturn();
    }

    private void digest(CodeBuilder code) {
        ClassDesc self = model.thisClass().asSymbol();
        code.iconst_0();
        for (RecordComponentInfo component : components()) {
            ClassDesc type = component.descriptorSymbol();
            code.loadConstant(31).imul().aload(0).getfield(self, component.name().stringValue(), type);
            if (type.isPrimitive()) {
                code.invokestatic(box(type), "hashCode", MethodTypeDesc.of(CD_int, type));
            } else {
                code.invokestatic(OBJECTS, "hashCode", MethodTypeDesc.of(CD_int, CD_Object));
            }
            code.iadd();
        }
        code.ireturn();
    }

    private List<RecordComponentInfo> components() {
        return model.findAttribute(Attributes.record()).orElseThrow().components();
    }

    private static ClassDesc box(ClassDesc primitive) {
        return ClassDesc.of("java.lang." + switch (primitive.displayName()) {
            case "int" -> "Integer";
            case "char" -> "Character";
            default -> Character.toUpperCase(primitive.displayName().charAt(0)) + primitive.displayName().substring(1);
        });
    }
}
