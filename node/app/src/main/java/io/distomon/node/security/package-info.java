/**
 * Who may ask, and how often one may guess. In: the user's name and password, or a JWT, with the secrets of the current
 * config. Out: a JWT, or a request that may go on; how many logins there were. Called by Micronaut's security filter, by
 * whoever logs in, and for the counts by the metrics. Messages between nodes don't pass here: they carry signatures that
 * the core checks.
 */
@NullMarked
package io.distomon.node.security;

import org.jspecify.annotations.NullMarked;
