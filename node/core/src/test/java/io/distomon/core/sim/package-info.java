/**
 * A whole network in one thread on virtual time: the real monitors, records, stores, exchanges and views, on simulated
 * machines and a simulated network that loses, delays and reorders, is cut and healed, with crashes, wrong clocks, liars,
 * an attacker who replays and alters messages, and config and keys that change under way. In: a seed, which decides
 * everything. Out: nothing, or the first {@link java.lang.AssertionError} with the story that led to it. Called by {@code
 * SimulationTest} in every build, and by hand for any number of seeds, or for one that failed:
 *
 * <pre>
 * ./mvnw -B -ntp test -pl node/core -Dtest=SimulationTest -Dsim.first=1 -Dsim.seeds=10000
 * </pre>
 *
 * <p>In one world of four nodes poll only some of the others, and stand in for each other. There the verdicts are compared
 * with what those make of the world who poll whom at the moment, and who should, once that has settled.
 *
 * <p>After every event the {@code Invariants} are checked on the node it happened to, every message that a node sends
 * keeps to the {@code Bounds}, and twice per poll interval no view of a healthy node may call a healthy node Offline. At
 * quiet, when nothing has changed for as long as detection may take, every view must say what {@code Truth} makes of the
 * simulated world, and all nodes that hear each other hold the same store.
 */
@NullMarked
package io.distomon.core.sim;

import org.jspecify.annotations.NullMarked;
