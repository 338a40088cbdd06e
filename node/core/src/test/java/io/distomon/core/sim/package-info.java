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
 * <p>In one world of eight nodes poll only some of the others, and stand in for each other.
 *
 * <p>It judges from outside: {@code Promises} and {@code Truth} know which processes run, which connections work and which
 * clocks agree, and none of the view's rules, so that a wrong rule is found as well as wrong code. Four times in each poll
 * interval everybody is asked, and an onlooker who belongs to no side: nobody who is well is Offline, nobody is
 * blamed for one other, and who is down is not taken for alive again. When one thing goes wrong in a world in which all is
 * well, a crash is noticed, a partition and a firewall are named, and a healed cut is forgotten within a bound. At quiet,
 * when nothing has changed for as long as detection may take, whose news come is alive and whose don't is not, and all
 * nodes that hear each other hold the same store. After every event the {@code Invariants} are checked on the node it
 * happened to, and every message keeps to the {@code Bounds}. {@code PlantedBugsTest} shows that mistakes are found.
 */
@NullMarked
package io.distomon.core.sim;

import org.jspecify.annotations.NullMarked;
