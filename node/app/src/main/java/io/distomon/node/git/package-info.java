/**
 * Networks whose files are in a git repository. In: a {@link io.distomon.core.config.GitSource}. Out: the
 * files of the newest commit and of the last good one as {@link io.distomon.core.config.NetworkFiles}, read from bare
 * repositories, and how the last look at the repository went. Called by the room {@code config}, which reads these files
 * like any other and says which commit proved good. JGit is known here alone.
 *
 * <p>A server may be anybody's: what it sends has a bounded size on disk ({@code GitFollower}) and in memory ({@code
 * Received}, {@code BoundedPack}), takes a bounded time, and counts only in the order in which it was signed where somebody
 * is trusted to sign ({@code TrustedSigners}, {@code History}).
 */
@NullMarked
package io.distomon.node.git;

import org.jspecify.annotations.NullMarked;
