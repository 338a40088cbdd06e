// What several sights of the page show alike.

import { el } from './dom.js';
import { moment, sign, stateClass } from './words.js';

/** A link to a node's page; `#/network/node/id`, of which the network is filled in by where we are. */
export function nodeLink(id, text = id) {
  return el('a', { href: `#/${network()}/node/${encodeURIComponent(id)}` }, text);
}

/** A link to a moment on the time line. */
export function momentLink(time, text) {
  return el('a', { href: `#/${network()}/time/${encodeURIComponent(time)}` }, text);
}

function network() {
  return location.hash.split('/')[1] ?? '';
}

/** A state with its sign and reason. */
export function stateCell(node) {
  return el(
    'span',
    { class: stateClass(node.state) },
    el('span', { class: 'sign', 'aria-hidden': 'true' }, sign(node.state)),
    ` ${node.state}${node.reason === null ? '' : `, ${node.reason}`}${node.planned ? ', planned' : ''}`,
  );
}

/** Pairs of what and how it is, as a list. */
export function facts(pairs) {
  return el(
    'dl',
    {},
    pairs.filter((pair) => pair !== null).map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))),
  );
}

/** A line of a list of findings, with the sign of a state, in lower case. */
export function finding(kind, key, ...content) {
  return el(
    'li',
    { class: kind, key },
    el('span', { class: 'sign', 'aria-hidden': 'true' }, sign(kind[0].toUpperCase() + kind.slice(1))),
    el('span', {}, ...content),
  );
}

/** Events in words, the newest first; the time of each is the way to that moment. */
export function eventList(events, now) {
  return el(
    'ol',
    { class: 'findings events' },
    events.map((event) =>
      finding(
        severity(event),
        String(event.seq),
        momentLink(wholeSecond(event.time), moment(event.time, now)),
        ` ${event.in_words}.`,
        event.kind === 'node' ? ' ' : null,
        event.kind === 'node' ? nodeLink(event.subject, `look at ${event.subject}`) : null,
      ),
    ),
  );
}

/** The first whole second at which something had happened: addresses have no fractions. */
export function wholeSecond(time) {
  return iso(Math.ceil(Date.parse(time) / 1000) * 1000);
}

/** A moment, milliseconds since the epoch, as addresses and questions have it, to the second. */
export function iso(ms) {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

function severity(event) {
  switch (event.kind) {
    case 'node':
      return event.to === 'Absent' || event.reason === 'planned' ? 'unknown' : stateClass(event.to);
    case 'link':
      return event.to === 'Up' ? 'online' : 'degraded';
    case 'partition':
      return event.to === 'Whole' ? 'online' : 'offline';
    case 'minority':
      return event.to === 'Majority' ? 'online' : 'offline';
    default:
      return 'unknown';
  }
}
