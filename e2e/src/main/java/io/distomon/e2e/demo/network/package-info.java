/**
 * The demo's network: what a cluster and the operator's reconciler do, on this machine. In: a resource file, changes of it,
 * and what is to happen to nodes and links. Out: {@link io.distomon.e2e.demo.network.Snapshot}s with the status that the
 * operator would write. Rules, keys, config files, mirror and status are the operator's own rooms; this one only remembers
 * what an API server would, and writes Secrets where a kubelet would mount them. Called by the demo's commands and screens.
 *
 * <pre>
 * DemoNetwork      for commands and screens: one lock, one thread that looks and goes on
 * Judged           a file after schema and rules
 * ApiObjects       the resource and the Secrets, as an API server holds them
 * DemoReconciler   keys, config, nodes and mirror, as the operator's reconciler brings them about
 * DemoNode         one node: address, directory, key, process, and what a sidecar is beside
 * Commits          what a commit to the network's repository is about
 * Probing          asks the processes, as a kubelet's probes do
 * Snapshots        makes a Snapshot, with the Transitions since the last
 * </pre>
 */
@NullMarked
package io.distomon.e2e.demo.network;

import org.jspecify.annotations.NullMarked;
