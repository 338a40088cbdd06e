// One node: what is thought of it, what it runs with, and its links in both directions.

import { el, show, table } from './dom.js';
import { wordsBy, wordsOn } from './model.js';
import { eventList, facts, nodeLink, stateCell } from './parts.js';
import { count, millis, percent, sign, since, span, stateClass } from './words.js';

const MAX_ROWS = 300;

export function showNode(parent, at, id, now) {
  const node = at.model.nodes.get(id);
  if (node === undefined) {
    show(parent, el('h2', { tabindex: '-1' }, `There is no node ${id} in this network`));
    return;
  }
  show(
    parent,
    el('h2', { tabindex: '-1' }, id),
    el(
      'p',
      { class: `verdict ${stateClass(node.state)}` },
      el('span', { class: 'sign', 'aria-hidden': 'true' }, sign(node.state)),
      ` ${node.in_words}.`,
    ),
    facts(about(at, id, node, now)),
    linkTable(`Who watches ${id}`, 'Observer', wordsOn(at.model, id), (said) => said.observer, now),
    linkTable(`Whom ${id} watches`, 'Watched', wordsBy(at.model, id), (said) => said.target, now),
    measured(at, id, now),
    ...unbroken(at, id),
    ...happened(at, id, now),
  );
}

function happened({ past }, id, now) {
  if (past.ofNode.id !== id || past.ofNode.events.length === 0) {
    return [];
  }
  return [
    el('h3', {}, 'What happened to it'),
    eventList(past.ofNode.events, now),
  ];
}

/** Its share of the time in which something is known of it. */
function uptime({ past }, id) {
  const windows = Object.entries(past.uptime[id] ?? {}).filter(([, window]) => window.ratio !== null);
  return windows.length === 0
    ? 'not known'
    : windows.map(([name, window]) => `${share(window.ratio)} of ${name}`).join(', ');
}

/** The links of it that were broken lately: the share of the time in which they were not. Of those left out any may be its. */
function unbroken({ past }, id) {
  const links = past.linkUptime.filter(({ observer, target }) => observer === id || target === id);
  const leftOut =
    past.linksLeftOut === 0
      ? []
      : [
          el(
            'p',
            { class: 'quiet' },
            `${count(past.linksLeftOut, 'more broken link of the network is', 'more broken links of the network are')} not listed.`,
          ),
        ];
  if (links.length === 0) {
    return leftOut;
  }
  const windows = Object.keys(links[0].windows);
  return [
    table(
      'Links that were broken, and the share of the time in which they were not',
      ['From', 'To', ...windows],
      links.slice(0, MAX_ROWS).map((link) => ({
        key: `${link.observer}>${link.target}`,
        cells: [
          nodeLink(link.observer),
          nodeLink(link.target),
          ...windows.map((name) => share(link.windows[name].ratio)),
        ],
      })),
    ),
    ...leftOut,
  ];
}

/** What was down for however short does not count as whole. */
function share(ratio) {
  if (ratio === null) {
    return 'not known';
  }
  const rounded = (100 * ratio).toFixed(2);
  return ratio < 1 && rounded === '100.00' ? '> 99.99 %' : `${rounded} %`;
}

function about(at, id, node, now) {
  const said = at.entries.get(id);
  const member = at.network.members.find((one) => one.node_id === id);
  const keys = at.network.key_fingerprints?.[id] ?? [];
  const link = at.links.find((one) => one.to === id);
  return [
    ['State', stateCell(node)],
    ['Since', since(node.since, now)],
    ['Agree', node.shown_as],
    ['Up', uptime(at, id)],
    ['Last report', node.record_date === null ? 'never' : since(node.record_date, now)],
    ['Version', said?.version ?? 'not known'],
    ['Config', configWords(at, said)],
    [keys.length > 1 ? 'Keys' : 'Key', el('span', {}, keys.map((key) => el('code', { class: 'key' }, key)))],
    ['Address', address(member?.url ?? null)],
    id === at.asker ? ['Clock', ownClock(at)] : ['Clock', clockWords(at, link)],
  ];
}

function configWords(at, said) {
  if (typeof said?.config_digest !== 'string') {
    return 'not known';
  }
  return said.config_digest === at.network.config.digest
    ? `the same as ${at.asker}'s`
    : `another one than ${at.asker}'s: ${said.config_digest.slice(0, 16)}`;
}

function ownClock(at) {
  const ahead = at.network.clock_ahead_of_most_seconds;
  return ahead === null ? 'too few answered to say' : `${ahead.toFixed(3)} s ahead of most others`;
}

function clockWords(at, link) {
  return link === undefined || link.clock === null
    ? `not measured by ${at.asker}`
    : `${millis(link.clock.ahead_ms)} ahead of ${at.asker}'s, ± ${millis(link.clock.error_ms)}`;
}

/** Only what is an address of the web becomes a link. */
function address(url) {
  if (url === null) {
    return 'none: nobody polls it';
  }
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    return url;
  }
  return el('a', { href: url.endsWith('/') ? url : `${url}/`, rel: 'noopener noreferrer' }, url);
}

function linkTable(caption, heading, words, other, now) {
  if (words.length === 0) {
    return el('p', {}, `${caption}: nobody.`);
  }
  const sorted = [...words].sort((a, b) => (a.status === 'offline' ? 0 : 1) - (b.status === 'offline' ? 0 : 1));
  const rows = sorted.slice(0, MAX_ROWS);
  return table(
    rows.length < sorted.length ? `${caption}: ${rows.length} of ${sorted.length}` : caption,
    [heading, 'Says', 'Since', 'Round trip', 'Loss', 'Jitter', 'Signed', 'Counts'],
    rows.map((said) => ({
      key: other(said),
      cells: [
        nodeLink(other(said)),
        el(
          'span',
          { class: saidClass(said) },
          `${said.status}${said.error === null ? '' : ` (${said.error})`}${said.strain === null ? '' : `, ${said.strain}`}`,
        ),
        since(said.since, now),
        said.status === 'online' ? millis(said.rtt) : '–',
        percent(said.loss),
        millis(said.jitter),
        `${span((now - Date.parse(said.date)) / 1000)} ago`,
        said.standing === 'counted' ? 'yes' : `no: ${said.standing}`,
      ],
    })),
  );
}

function saidClass(said) {
  if (said.status === 'online') {
    return said.strain === null ? 'online' : 'degraded';
  }
  return said.status === 'offline' ? 'offline' : 'unknown';
}

/** What only the node that we ask knows of its own links. */
function measured(at, id, now) {
  const links = id === at.asker ? at.links : at.links.filter((link) => link.to === id);
  if (links.length === 0) {
    return el('p', { class: 'quiet' }, `${at.asker} has no link to ${id}; percentiles are told by those who do.`);
  }
  return table(
    `Measured by ${at.asker}, over the last hour or two`,
    ['Link to', 'p50', 'p95', 'p99', 'Polls', 'Lost of the last', 'There', 'Back', 'Last answer', 'Why not'],
    links.slice(0, MAX_ROWS).map((link) => ({
      key: link.to,
      cells: [
        nodeLink(link.to),
        millis(link.round_trip.p50_ms),
        millis(link.round_trip.p95_ms),
        millis(link.round_trip.p99_ms),
        String(link.round_trip.count),
        `${link.loss.lost} of ${link.loss.polls}`,
        millis(link.one_way?.outbound_ms),
        millis(link.one_way?.inbound_ms),
        link.last_success === null ? 'never' : since(link.last_success, now),
        link.error === null ? '' : `${link.error}${link.detail === null ? '' : `: ${link.detail}`}`,
      ],
    })),
  );
}
