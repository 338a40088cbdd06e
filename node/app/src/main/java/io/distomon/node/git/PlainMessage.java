package io.distomon.node.git;

import io.distomon.core.config.GitSource;
import io.distomon.core.config.Secret;
import io.distomon.core.text.ForeignText;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong, as it may be shown: without the credentials that we hold and without what stands before the {@code @} of
 * any URL. Servers choose parts of these texts.
 */
final class PlainMessage {
    private static final int MAX_CHARS = 300;
    private static final int MAX_CAUSES = 10;

    /** A directory that is there for one attempt: with its number what goes wrong each time would be another each time. */
    private static final Pattern ATTEMPT = Pattern.compile(Pattern.quote(Clones.NEW) + "\\d+");

    private static final Pattern USER_INFO = Pattern.compile("://[^/@\\s]*@");

    private PlainMessage() {}

    /** The messages of a failure and its causes, those left out that an earlier one repeats. */
    static String of(Throwable failure, GitSource source) {
        List<String> parts = new ArrayList<>();
        @Nullable Throwable cause = failure;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++, cause = cause.getCause()) {
            String text = cause.getMessage() == null || cause.getMessage().isBlank()
                    ? cause.getClass().getSimpleName()
                    : cause.getMessage();
            if (parts.stream().noneMatch(part -> part.contains(text))) {
                parts.removeIf(text::contains);
                parts.add(text);
            }
        }
        return plain(String.join(": ", parts), source);
    }

    /** A text that a server may have chosen a part of. */
    static String plain(String text, GitSource source) {
        String plain =
                ATTEMPT.matcher(USER_INFO.matcher(text).replaceAll("://")).replaceAll(Clones.NEW + "…");
        for (@Nullable Secret secret : new @Nullable Secret[] {source.token(), source.username()}) {
            if (secret != null) {
                plain = plain.replace(secret.reveal(), "…");
            }
        }
        return ForeignText.plain(plain.strip(), MAX_CHARS);
    }
}
