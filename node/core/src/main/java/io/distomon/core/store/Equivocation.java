package io.distomon.core.store;

/**
 * The proof that one signer said two things under one date: both entries verify.
 *
 * @param first the one that was held first, and stays
 * @param second the one that was refused
 */
public record Equivocation(SignedNodeData first, SignedNodeData second) {}
