/** Servers by https that tests play: a webhook's, a repository's. Each has a certificate of its own. */
@NullMarked
package io.distomon.e2e.https;

import org.jspecify.annotations.NullMarked;
