package io.distomon.node.threads;

import io.distomon.core.store.Equivocation;
import io.distomon.core.view.Evidence;
import io.distomon.core.view.NetworkView;
import java.util.Map;

/**
 * What a network's store meant at one moment.
 *
 * @param view the verdicts
 * @param equivocations who is proven to have said two things under one date, by node id
 * @param evidence what they were made of
 */
public record Asked(NetworkView view, Map<String, Equivocation> equivocations, Evidence evidence) {}
