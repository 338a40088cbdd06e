// The page's first sight: in words what is wrong, since when and according to whom, then all nodes in a table.

import { el, show, table } from './dom.js';
import { middleRtt } from './model.js';
import { eventList, facts, finding, nodeLink, stateCell } from './parts.js';
import { count, millis, moment, names, since, span, stateClass, STATES } from './words.js';

const MAX_LINES = 50;
const MAX_ROWS = 200;
const MAX_LATELY = 5;

/** A config that changed so shortly before may be why. */
const CONFIG_SECONDS = 300;

/** Clocks farther apart than this, beyond what can be told, are worth a line. */
const CLOCK_SECONDS = 2;

/** `at` is what the page holds, see main.js; `now` the node's clock, milliseconds since the epoch. */
export function showOverview(parent, at, now) {
  const lines = findings(at, now);
  show(
    parent,
    el('h2', { tabindex: '-1' }, headline(at.model)),
    el('p', { class: 'quiet' }, reachedWords(at.model)),
    lines.length === 0
      ? null
      : el(
          'ul',
          { class: 'findings', 'aria-label': 'What is wrong' },
          lines
            .slice(0, MAX_LINES)
            .map(({ kind, text, node }) =>
              finding(kind, null, text, node === null ? null : ' ', node === null ? null : nodeLink(node, `look at ${node}`)),
            ),
          lines.length > MAX_LINES ? el('li', { class: 'quiet' }, `and ${lines.length - MAX_LINES} more`) : null,
        ),
    nodeTable(at, now),
    ...lately(at, now),
    el('h3', {}, 'Who says so'),
    askerFacts(at, now),
  );
}

function lately({ past }, now) {
  if (past.lately.length === 0) {
    return [];
  }
  return [
    el('h3', {}, 'Lately'),
    eventList(past.lately.slice(0, MAX_LATELY), now),
  ];
}

/** The whole in a sentence. */
export function headline(model) {
  const all = model.nodes.size;
  if (all === 0) {
    return 'This network has no members.';
  }
  const ids = (state) => model.byTrouble.filter((id) => model.nodes.get(id).state === state);
  const parts = STATES.filter((state) => state !== 'Online')
    .map((state) => [state, ids(state)])
    .filter(([, of]) => of.length > 0)
    .map(([state, of]) => `${state}: ${names(of, 3)}.`);
  if (model.partitions.length > 1) {
    parts.unshift(`The network is divided in ${model.partitions.length}.`);
  }
  if (parts.length === 0) {
    const calm = all === 1 ? 'The only node is online' : `All ${all} nodes are online`;
    return [calm, ...badLinks(model.view)].join(', ') + '.';
  }
  const online = ids('Online').length;
  return `${parts.join(' ')} ${online} of ${count(all, 'node is', 'nodes are')} online.`;
}

/** How many links are broken, and how many slow or lossy. */
function badLinks(view) {
  const broken = view.broken_links.length;
  const strained = view.strained_links.length;
  return [
    broken === 0 ? null : `${count(broken, 'link is', 'links are')} broken`,
    strained === 0 ? null : `${count(strained, 'link is', 'links are')} slow or lossy`,
  ].filter((words) => words !== null);
}

function reachedWords(model) {
  const view = model.view;
  const broken = view.broken_links.length;
  const links = broken === 0 ? 'No link between nodes that report is broken' : `${count(broken, 'link is', 'links are')} broken`;
  const settling = view.settling_links.length;
  return settling === 0 ? `${links}.` : `${links}; ${settling} more only since a change of the config or for a moment.`;
}

/** All that somebody should look at, the worst first: `{kind, text, node}`. */
function findings(at, now) {
  const { model, network } = at;
  const lines = [];
  const add = (kind, text, node = null) => lines.push({ kind, text, node });
  if (model.view.minority) {
    add(
      'offline',
      `${at.asker} hears from fewer than half of the members: it may be the one that is cut off. Ask another node too.`,
    );
  }
  if (model.partitions.length > 0) {
    add(
      'offline',
      `Groups that reach only themselves: ${model.partitions.map((group) => names(group)).join(' | ')}.`,
    );
  }
  for (const id of model.byTrouble) {
    const node = model.nodes.get(id);
    if (node.state !== 'Online') {
      add(node.planned ? 'unknown' : stateClass(node.state), `${node.in_words}${ago(node.since, now)}${changed(at, node.since)}.`, id);
    }
  }
  for (const pair of model.view.equivocations) {
    add('offline', `${pair.node_id} signed two different entries dated ${moment(pair.date, now)}.`, pair.node_id);
  }
  for (const id of Object.keys(network.doubles)) {
    add('offline', `${id}: two processes sign with its key at the same time.`, id);
  }
  for (const link of model.view.broken_links) {
    add('degraded', `${link.in_words}${ago(link.since, now)}.`, link.from);
  }
  // A node's own words tell of those that most complain of.
  const isStrained = (id) => ['slow', 'lossy'].includes(model.nodes.get(id)?.reason);
  for (const link of model.view.strained_links) {
    if (link.counted && !isStrained(link.to)) {
      add('degraded', `${link.in_words}.`, link.from);
    }
  }
  for (const [from, others] of strainedItself(model.view)) {
    if (!isStrained(from)) {
      add('degraded', `${from} finds ${count(others, 'other', 'others')} slow or lossy: the fault is on its side.`, from);
    }
  }
  clocks(at, add);
  differences(at, add);
  if (network.config.error) {
    add('degraded', `${at.asker} goes on with an older config, as the newest can't be used: ${network.config.error}`);
  }
  for (const lost of at.info.not_running) {
    add('degraded', `The network ${lost.name} does not run: ${lost.error ?? 'its files are not good yet'}`);
  }
  for (const warning of [...network.warnings, ...at.info.warnings]) {
    add('unknown', `Config: ${warning}`);
  }
  return lines;
}

/** Of how many others a node complains that this explains: it is slow or lossy itself. */
function strainedItself(view) {
  const others = new Map();
  for (const link of view.strained_links.filter((link) => !link.counted)) {
    others.set(link.from, (others.get(link.from) ?? 0) + 1);
  }
  return others;
}

function ago(text, now) {
  const when = Date.parse(text ?? '');
  return Number.isNaN(when) ? '' : ` (${span((now - when) / 1000)} ago)`;
}

/** That the config had changed shortly before, which may be why. */
function changed({ past }, text) {
  const when = Date.parse(text ?? '');
  const before = past.lately
    .filter((event) => event.kind === 'config' && event.from !== 'None')
    .map((event) => (when - Date.parse(event.time)) / 1000)
    .find((seconds) => seconds >= 0 && seconds < CONFIG_SECONDS);
  return before === undefined ? '' : `; the config had changed ${span(before)} before`;
}

function clocks(at, add) {
  const own = at.network.clock_ahead_of_most_seconds;
  if (own !== null && Math.abs(own) > CLOCK_SECONDS) {
    add('degraded', `The clock of ${at.asker} is ${offset(own)} those of most others.`, at.asker);
  }
  for (const link of at.links) {
    if (link.clock !== null && Math.abs(link.clock.ahead_ms) - link.clock.error_ms > CLOCK_SECONDS * 1000) {
      add('degraded', `The clock of ${link.to} is ${offset(link.clock.ahead_ms / 1000)} that of ${at.asker}.`, link.to);
    }
  }
}

function offset(seconds) {
  const much = Math.abs(seconds) < 60 ? `${Math.abs(seconds).toFixed(1)} s` : span(Math.abs(seconds));
  return `${much} ${seconds > 0 ? 'ahead of' : 'behind'}`;
}

/** Whose config or version is not the asker's, by what they sign themselves. */
function differences(at, add) {
  const others = { config: new Map(), version: new Map() };
  for (const [id, said] of at.entries) {
    collect(others.config, said.config_digest, at.network.config.digest, id);
    collect(others.version, said.version, at.info.version, id);
  }
  for (const [digest, ids] of others.config) {
    add(
      'degraded',
      `${names(ids)} ${ids.length === 1 ? 'runs' : 'run'} with another config (${digest.slice(0, 12)}…) than ${at.asker} (${at.network.config.digest.slice(0, 12)}…).`,
    );
  }
  for (const [version, ids] of others.version) {
    add('unknown', `${names(ids)} ${ids.length === 1 ? 'is' : 'are'} of version ${version}, ${at.asker} of ${at.info.version}.`);
  }
}

function collect(map, value, own, id) {
  if (typeof value === 'string' && value !== own) {
    map.set(value, [...(map.get(value) ?? []), id]);
  }
}

function nodeTable(at, now) {
  const { model } = at;
  const shown = model.byTrouble.slice(0, MAX_ROWS);
  const rest = model.byTrouble.length - shown.length;
  return table(
    rest === 0 ? 'Nodes, the worst first' : `Nodes, the worst first: ${shown.length} of ${model.byTrouble.length}`,
    ['Node', 'State', 'Since', 'Agree', 'Broken links', 'Round trip', 'Last report'],
    shown.map((id) => {
      const node = model.nodes.get(id);
      return {
        key: id,
        cells: [
          nodeLink(id),
          stateCell(node),
          since(node.since, now),
          node.shown_as,
          String(node.broken_links),
          millis(middleRtt(model, id)),
          node.record_date === null ? 'never' : `${span((now - Date.parse(node.record_date)) / 1000)} ago`,
        ],
      };
    }),
  );
}

function askerFacts(at, now) {
  const { network, info } = at;
  return facts([
    ['Node', el('span', {}, nodeLink(at.asker), ` of the network ${network.network_id}, version ${info.version}`)],
    ['Key', el('code', {}, network.key_fingerprint)],
    [
      'Config',
      el(
        'span',
        {},
        `${network.config.type}, taken ${since(network.config.loaded_at, now)}`,
        network.config.commit === null ? '' : ', commit ',
        network.config.commit === null ? null : el('code', {}, network.config.commit),
        ', digest ',
        el('code', {}, network.config.digest.slice(0, 16)),
      ),
    ],
  ]);
}
