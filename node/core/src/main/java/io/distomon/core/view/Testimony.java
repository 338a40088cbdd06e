package io.distomon.core.view;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is heard, and what counts of what they say: all that the verdicts rest on, freed of entries, clocks and topology.
 * Immutable.
 *
 * @param subjects the members by their ids, in the order of the config
 * @param words the counted words: of nodes that are heard on other members
 * @param asker which member asks; null for an onlooker, the operator
 * @param unreached whom an onlooker has asked in vain in its last round; empty for a member
 */
record Testimony(
        Map<String, Subject> subjects,
        List<Word> words,
        @Nullable String asker,
        Set<String> unreached) {
    Testimony {
        words = List.copyOf(words);
        unreached = Set.copyOf(unreached);
    }

    /**
     * A member.
     *
     * @param pollable whether it has a url
     * @param heard whether its own words reach the asker and are young enough
     * @param intervalSeconds how often it says something, as the asker grants it; I(X) of exchange.md
     * @param upSeconds how long ago the asker met the first entry of its process
     */
    record Subject(String id, boolean pollable, boolean heard, double intervalSeconds, double upSeconds) {}

    /**
     * What one node says of another.
     *
     * @param elapsedSeconds of an offline word, for how long it has been said; 0 of another
     * @param answered of an offline word, whether its target is heard and has said that it knows of it
     * @param everReached whether its speaker, since it began to look, has ever been answered by its target
     */
    record Word(String from, String to, boolean offline, double elapsedSeconds, boolean answered, boolean everReached) {
        /** Whether it is all that its speaker has ever found, and its target has not said that it knows of it. */
        boolean isFirst() {
            return offline && !everReached && !answered;
        }
    }

    static Testimony of(Collection<Subject> members, List<Word> words, @Nullable String asker, Set<String> unreached) {
        Map<String, Subject> subjects = new LinkedHashMap<>();
        members.forEach(member -> subjects.put(member.id(), member));
        return new Testimony(subjects, words, asker, unreached);
    }
}
