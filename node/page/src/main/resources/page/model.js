// A view of the API, arranged for looking at it: who says what of whom, from either end, and who is worst.

import { STATES } from './words.js';

/** What nodes older than the operator that serves this page may not tell. */
const LISTS = { broken_links: [], strained_links: [], settling_links: [], equivocations: [] };

/** Of more members only the first are shown: no network has as many. */
const MAX_NODES = 2000;

/**
 * `words` of an observer is a map from target to `{observer, target, status, since, error, rtt, loss, jitter,
 * strain, standing}`, where the strain is null, slow or lossy; `askedAt` is milliseconds since the epoch by the node's clock.
 */
export function model(answer) {
  const view = { ...LISTS, ...answer };
  const nodes = new Map();
  const words = new Map();
  for (const node of (view.nodes ?? []).slice(0, MAX_NODES)) {
    nodes.set(node.node_id, node);
    words.set(node.node_id, new Map());
  }
  const offline = new Map();
  for (const node of nodes.values()) {
    for (const witness of node.witnesses ?? []) {
      const said = {
        observer: witness.observer,
        target: node.node_id,
        status: witness.status,
        since: witness.since ?? null,
        error: witness.error ?? null,
        rtt: witness.rtt_ms,
        loss: witness.loss ?? null,
        jitter: witness.jitter_ms ?? null,
        strain: strain(witness.breaches ?? []),
        standing: witness.standing,
        date: witness.entry_date,
      };
      words.get(witness.observer)?.set(node.node_id, said);
      if (said.status === 'offline') {
        offline.set(said.target, (offline.get(said.target) ?? 0) + 2);
        offline.set(said.observer, (offline.get(said.observer) ?? 0) + 1);
      }
    }
  }
  const byName = [...nodes.keys()].sort();
  const rank = (id) => STATES.indexOf(nodes.get(id).state);
  const byTrouble = [...byName].sort((a, b) => rank(a) - rank(b) || (offline.get(b) ?? 0) - (offline.get(a) ?? 0));
  return {
    view,
    nodes,
    words,
    byName,
    byTrouble,
    askedAt: Date.parse(view.asked_at),
    partitions: (view.partitions ?? []).map((group) => group.filter((id) => nodes.has(id))),
  };
}

/** What this one says of another; null when it does not. */
export function word(of, observer, target) {
  return of.words.get(observer)?.get(target) ?? null;
}

/** What a link is with what of it is worse than it may be. */
function strain(breaches) {
  if (breaches.length === 0) {
    return null;
  }
  return breaches.some((breach) => breach.figure === 'loss') ? 'lossy' : 'slow';
}

/** What others say of a node. */
export function wordsOn(of, target) {
  return of.byTrouble.map((observer) => word(of, observer, target)).filter((said) => said !== null);
}

/** What a node says of others. */
export function wordsBy(of, observer) {
  return of.byTrouble.map((target) => word(of, observer, target)).filter((said) => said !== null);
}

/** The middle of the round trips to a node, milliseconds; null when nobody reaches it. */
export function middleRtt(of, target) {
  const times = (of.nodes.get(target).witnesses ?? [])
    .filter((witness) => witness.status === 'online' && witness.rtt_ms > 0)
    .map((witness) => witness.rtt_ms)
    .sort((a, b) => a - b);
  return times.length === 0 ? null : times[Math.floor(times.length / 2)];
}
