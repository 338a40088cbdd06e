/**
 * A repository for tests that git itself serves on loopback, by https with a password and by ssh with a key. In: commits.
 * Out: urls, and what lets in. Used by the tests of networks that follow one. {@code GitOpsRepository} is one that Argo CD
 * fetches from, by its path.
 */
@NullMarked
package io.distomon.e2e.git;

import org.jspecify.annotations.NullMarked;
