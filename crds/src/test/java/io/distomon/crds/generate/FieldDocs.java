package io.distomon.crds.generate;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The doc comments of a package's types, so that the CRD describes its fields in the words of the records.
 */
final class FieldDocs {
    private final Map<String, String> types = new HashMap<>();
    private final Map<String, String> parameters = new HashMap<>();

    private FieldDocs() {}

    /** Reads the sources in {@code directory}, without its sub-directories. */
    static FieldDocs of(Path directory) {
        FieldDocs docs = new FieldDocs();
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        try (var fileManager = javac.getStandardFileManager(null, null, null);
                Stream<Path> files = Files.list(directory)) {
            List<Path> sources = files.filter(
                            file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"))
                    .sorted()
                    .toList();
            JavacTask task = (JavacTask) javac.getTask(
                    null,
                    fileManager,
                    null,
                    List.of("-proc:none"),
                    null,
                    fileManager.getJavaFileObjectsFromPaths(sources));
            DocTrees trees = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                unit.getTypeDecls().stream()
                        .filter(ClassTree.class::isInstance)
                        .map(ClassTree.class::cast)
                        .forEach(type -> docs.read(
                                type.getSimpleName().toString(),
                                trees.getDocCommentTree(new TreePath(new TreePath(unit), type))));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return docs;
    }

    /** What the type is. */
    String ofType(Class<?> type) {
        return found(types.get(type.getSimpleName()), "Type " + type.getName() + " has no doc comment");
    }

    /** What the component of the record is. */
    String ofComponent(Class<?> record, String component) {
        return found(
                parameters.get(record.getSimpleName() + "." + component),
                "Record " + record.getName() + " has no @param for " + component
                        + ": it becomes the field's description in the CRD");
    }

    private static String found(@Nullable String text, String otherwise) {
        if (text == null || text.isBlank()) {
            throw new IllegalStateException(otherwise);
        }
        return text;
    }

    private void read(String type, @Nullable DocCommentTree comment) {
        if (comment == null) {
            return;
        }
        types.put(type, text(comment.getFullBody()));
        for (DocTree tag : comment.getBlockTags()) {
            if (tag instanceof ParamTree param && !param.isTypeParameter()) {
                parameters.put(type + "." + param.getName().getName(), text(param.getDescription()));
            }
        }
    }

    private static String text(List<? extends DocTree> body) {
        return body.stream()
                .map(FieldDocs::text)
                .collect(Collectors.joining())
                .replaceAll("\\s+", " ")
                .strip();
    }

    private static String text(DocTree tree) {
        return switch (tree) {
            case TextTree text -> text.getBody();
            case LiteralTree literal -> literal.getBody().getBody();
            default ->
                throw new IllegalStateException(
                        "A doc comment that the CRD shows may hold text and {@code} only, found " + tree.getKind()
                                + ": " + tree);
        };
    }
}
