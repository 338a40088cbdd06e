/**
 * Networks whose files are in a git repository. In: a {@link io.distomon.core.config.GitSource}. Out: directories, one for
 * each commit, whole from the moment they are there, and how the last look at the repository went. Called by the room
 * {@code config}, which reads these directories like any other and says which commit proved good. JGit is known here
 * alone.
 */
@NullMarked
package io.distomon.node.git;

import org.jspecify.annotations.NullMarked;
