// The first sight of the operator's page: all networks that it looks after, in words, the worst first.

import { el, show, table } from './dom.js';
import { finding, stateCell } from './parts.js';
import { count, names, STATES } from './words.js';

const MAX_ROWS = 1000;

/** `info` is what the operator answered: its networks, each `{network_id, state, in_words, online, nodes}`, and its warnings. */
export function showNetworks(parent, info) {
  const byTrouble = worstFirst(info.networks);
  const shown = byTrouble.slice(0, MAX_ROWS);
  show(
    parent,
    el('h2', { tabindex: '-1' }, networksHeadline(info)),
    info.warnings.length === 0
      ? null
      : el(
          'ul',
          { class: 'findings', 'aria-label': 'What is wrong with the operator' },
          info.warnings.map((warning) => finding('degraded', null, `The operator: ${warning}`)),
        ),
    byTrouble.length === 0
      ? el('p', { class: 'quiet' }, 'A network is a DistomonNetwork in a namespace that this operator watches.')
      : table(
          shown.length === byTrouble.length
            ? 'Networks, the worst first'
            : `Networks, the worst first: ${shown.length} of ${byTrouble.length}`,
          ['Network', 'State', 'Online', 'In words'],
          shown.map((network) => ({
            key: network.network_id,
            cells: [
              el('a', { href: `#/${encodeURIComponent(network.network_id)}/overview` }, network.network_id),
              stateCell({ state: network.state, reason: null, planned: false }),
              network.nodes === null ? '–' : `${network.online} of ${network.nodes}`,
              network.in_words,
            ],
          })),
        ),
  );
}

/** The whole in a sentence. */
export function networksHeadline({ networks }) {
  if (networks.length === 0) {
    return 'There is no network.';
  }
  const parts = STATES.filter((state) => state !== 'Online')
    .map((state) => [state, networks.filter((network) => network.state === state)])
    .filter(([, of]) => of.length > 0)
    .map(([state, of]) => `${state}: ${names(of.map((network) => network.network_id), 3)}.`);
  if (parts.length === 0) {
    return networks.length === 1 ? 'The only network is well.' : `All ${networks.length} networks are well.`;
  }
  const well = networks.filter((network) => network.state === 'Online').length;
  return `${parts.join(' ')} ${well} of ${count(networks.length, 'network is', 'networks are')} well.`;
}

function worstFirst(networks) {
  const rank = (network) => STATES.indexOf(network.state);
  return [...networks].sort((a, b) => rank(a) - rank(b) || (a.network_id < b.network_id ? -1 : 1));
}
