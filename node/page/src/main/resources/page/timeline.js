// What happened when: a line for each node by its states, a moment of the past to look at, and the events in words.

import { el, show, svg } from './dom.js';
import { eventList, finding, iso, momentLink, nodeLink, wholeSecond } from './parts.js';
import { byTime, inPlace, SPANS } from './past.js';
import { count, moment, names, since, span, stateClass, STATES } from './words.js';

const MAX_LINES = 40;
const MAX_EVENTS = 200;
const MAX_TOLD = 50;

/** Of a line's drawing; a line is as high as its state is bad, so that nothing hangs on colours. */
const WIDTH = 1000;
const HEIGHT = 12;
const HEIGHTS = { Offline: 12, Degraded: 8, Unknown: 5, Online: 2 };
const TICKS = 4;

/** What is on the button that saves records. */
export const RECORDS = 'Download the newest 100 with their evidence';
const DAY_MS = 86_400_000;

/** Of the slider from one end to the other. */
const STEPS = 500;

let lastWhen = '';

/**
 * @param when the moment that is looked at, as in the address; empty for none
 * @param act what a person may do: `go(when)`, `look()` and `download()`
 */
export function showTimeLine(parent, at, when, now, act) {
  const { past } = at;
  const { since: from, until } = past.window(now);
  const chosen = Date.parse(when);
  show(
    parent,
    el('h2', { tabindex: '-1' }, 'What happened when'),
    el('p', { class: 'quiet' }, `As ${at.asker} noticed it; what it rests on is signed by those who said so.`),
    past.failure === null ? null : el('p', { class: 'notice degraded' }, `Nothing can be told of the past: ${past.failure}.`),
    tools(past),
    ...(past.line === null ? [] : drawn(at, past.line, { from, until, chosen, now })),
  );
  hear(parent, past, { from, until, now }, act);
  const slider = parent.querySelector('#moment');
  if (slider !== null && document.activeElement !== slider) {
    slider.value = String(Number.isNaN(chosen) ? until : chosen);
    if (when !== lastWhen) {
      parent.querySelector('#then')?.scrollIntoView({ block: 'nearest' });
    }
  }
  lastWhen = when;
}

function tools(past) {
  return el(
    'div',
    { class: 'tools', role: 'group', 'aria-label': 'Which time' },
    ...[...SPANS.keys()].map((name) =>
      el('button', { type: 'button', key: name, 'data-span': name, 'aria-pressed': String(name === past.spanName) }, name),
    ),
    el('button', { type: 'button', key: 'earlier', 'data-step': '-1' }, 'Earlier'),
    el('button', { type: 'button', key: 'later', 'data-step': '1', disabled: past.until === null ? '' : null }, 'Later'),
  );
}

/** Once for the element, as it stays the same one. */
function hear(parent, past, { now }, act) {
  for (const button of parent.querySelectorAll('button[data-span]')) {
    button.onclick = () => {
      past.show(button.dataset.span);
      act.look();
    };
  }
  for (const button of parent.querySelectorAll('button[data-step]')) {
    button.onclick = () => {
      past.step(Number(button.dataset.step), now);
      act.look();
    };
  }
  const slider = parent.querySelector('#moment');
  if (slider !== null) {
    slider.oninput = () => act.go(iso(Number(slider.value)));
  }
  for (const line of parent.querySelectorAll('.line')) {
    line.onclick = (event) => {
      const box = line.getBoundingClientRect();
      const part = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
      const { since: from, until } = past.window(now);
      act.go(iso(from + part * (until - from)));
    };
  }
  const records = parent.querySelector('#records');
  if (records !== null) {
    records.onclick = () => act.download();
  }
}

function drawn(at, line, time) {
  const { from, until, chosen, now } = time;
  const rows = nodeRows(at, line, time);
  const shown = rows.sort((a, b) => troubled(b, time) - troubled(a, time)).slice(0, MAX_LINES);
  const inside = byTime(line.events).filter((event) => isWithin(event, from, until));
  const step = Math.max(1000, Math.round((until - from) / STEPS / 1000) * 1000);
  return [
    el(
      'div',
      { class: 'lines' },
      ...shown.flatMap((row) => [
        el('span', { class: 'line-name', key: `name ${row.id}` }, nodeLink(row.id)),
        strip(row, time),
      ]),
      el('label', { for: 'moment', class: 'line-name', key: 'moment-label' }, 'Look at'),
      el('input', {
        key: 'moment',
        id: 'moment',
        type: 'range',
        min: String(Math.round(until) - Math.floor((until - from) / step) * step),
        max: String(Math.round(until)),
        step: String(step),
        'aria-valuetext': Number.isNaN(chosen) ? 'now' : moment(iso(chosen), now),
      }),
      el('span', { key: 'scale-label' }),
      el(
        'span',
        { class: 'scale', key: 'scale' },
        ...Array.from({ length: TICKS + 1 }, (_, i) =>
          el('span', {}, tick(from + (i * (until - from)) / TICKS, until - from)),
        ),
      ),
    ),
    legend(),
    rows.length > shown.length
      ? el('p', { class: 'quiet' }, `${count(rows.length - shown.length, 'more node is', 'more nodes are')} not drawn.`)
      : null,
    ...(Number.isNaN(chosen) ? [] : then(at, inside, chosen, now)),
    el('h3', { key: 'happened' }, happened(inside, line, from)),
    eventList(inside.slice(0, MAX_EVENTS), now),
    inside.length > MAX_EVENTS ? el('p', { class: 'quiet' }, `and ${inside.length - MAX_EVENTS} before these.`) : null,
    el('button', { type: 'button', id: 'records', key: 'records', disabled: at.downloading ? '' : null }, RECORDS),
  ];
}

/** The time of a day, or the day where the whole is longer than one. */
function tick(time, length) {
  const text = iso(time);
  return length > DAY_MS ? text.slice(5, 10) : text.slice(11, 16);
}

function happened(inside, line, from) {
  const much = inside.length === 0 ? 'Nothing changed in this time' : count(inside.length, 'change', 'changes');
  return line.whole || line.from <= from ? much : `${much}; what was before is more than is shown at once`;
}

function isWithin(event, from, until) {
  const time = Date.parse(event.time);
  return time >= from && time <= until;
}

function legend() {
  return el(
    'ul',
    { class: 'legend', 'aria-label': 'How states are drawn' },
    ...STATES.map((state) =>
      el(
        'li',
        { key: state },
        svg(
          'svg',
          { viewBox: `0 0 24 ${HEIGHT}`, class: 'sample', 'aria-hidden': 'true' },
          svg('rect', { class: stateClass(state), x: 0, y: HEIGHT - HEIGHTS[state], width: 24, height: HEIGHTS[state] }),
        ),
        state,
      ),
    ),
    el('li', { key: 'nothing' }, 'empty: not recorded, or more than is shown'),
  );
}

/** For how long a node was anything but online, milliseconds. */
function troubled({ parts }, { from, until }) {
  return parts
    .filter((part) => part.state !== 'Online')
    .reduce((sum, part) => sum + Math.max(0, Math.min(part.until, until) - Math.max(part.from, from)), 0);
}

/** For each node the parts of the time in which it was in one state, `{from, until, state}`. */
function nodeRows(at, line, { until }) {
  const states = new Map((line.base?.nodes ?? []).map((node) => [node.node_id, node.state]));
  const rows = new Map();
  const row = (id) => {
    if (!rows.has(id)) {
      rows.set(id, { id, parts: [], state: states.get(id) ?? null, begun: line.from });
    }
    return rows.get(id);
  };
  let isRecorded = (line.base?.unrecorded_since ?? null) === null;
  const end = (one, time) => {
    if (isRecorded && one.state !== null && time > one.begun) {
      one.parts.push({ from: one.begun, until: time, state: one.state });
    }
    one.begun = time;
  };
  [...at.model.byTrouble, ...states.keys()].forEach(row);
  // What the node itself had recorded of those of whom a peer tells something else.
  const own = new Map((line.own?.nodes ?? []).map((node) => [row(node.node_id), node.state]));
  const events = inPlace(line.events);
  const lastTold = events.findLast((event) => event.kind === 'recorder' && event.told_by !== null);
  for (const event of events) {
    const time = Date.parse(event.time);
    if (event.kind === 'node') {
      const one = row(event.subject);
      end(one, time);
      if (event.told_by !== null && !own.has(one)) {
        own.set(one, one.state);
      }
      one.state = event.to === 'Absent' ? null : event.to;
    } else if (event.kind === 'recorder') {
      // Between its end and its next begin nothing was recorded.
      const gone = event.to === 'Running' && event.since !== null ? Date.parse(event.since) : time;
      for (const one of rows.values()) {
        end(one, Math.max(one.begun, Math.min(gone, time)));
        one.begun = time;
      }
      const resumes = line.isCut && event === lastTold;
      if (event.to === 'Running' || event.told_by === null || resumes) {
        own.forEach((state, one) => (one.state = state));
        own.clear();
      }
      isRecorded = event.to === 'Running' || resumes;
    }
  }
  for (const one of rows.values()) {
    end(one, line.recordedUntil ?? until);
  }
  return [...rows.values()];
}

function strip(row, { from, until, chosen }) {
  const x = (time) => (WIDTH * Math.min(Math.max(time - from, 0), until - from)) / (until - from);
  const parts = row.parts.filter((part) => part.until > from && part.from < until);
  const marks = parts.map((part) => {
    const left = x(part.from);
    return svg('rect', {
      class: stateClass(part.state),
      x: left.toFixed(1),
      y: HEIGHT - (HEIGHTS[part.state] ?? HEIGHT),
      width: Math.max(x(part.until) - left, 1).toFixed(1),
      height: HEIGHTS[part.state] ?? HEIGHT,
    });
  });
  if (!Number.isNaN(chosen) && chosen >= from && chosen <= until) {
    marks.push(svg('rect', { class: 'cursor', x: (x(chosen) - 1).toFixed(1), y: 0, width: 2, height: HEIGHT }));
  }
  return svg(
    'svg',
    {
      class: 'line',
      key: `line ${row.id}`,
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': inWords(row, parts, from, until),
    },
    ...marks,
  );
}

function inWords(row, parts, from, until) {
  const seconds = new Map();
  for (const part of parts) {
    const length = (Math.min(part.until, until) - Math.max(part.from, from)) / 1000;
    seconds.set(part.state, (seconds.get(part.state) ?? 0) + length);
  }
  const told = STATES.filter((state) => seconds.has(state)).map((state) => `${state} for ${span(seconds.get(state))}`);
  return `${row.id}: ${told.length === 0 ? 'not recorded' : told.join(', ')}`;
}

/** What was so at the moment that is looked at, with ways to the changes next to it. */
function then(at, events, chosen, now) {
  const held = at.past.moment;
  const second = (event) => Date.parse(wholeSecond(event.time));
  const before = events.find((event) => second(event) < chosen);
  const after = events.findLast((event) => second(event) > chosen);
  const title = el('h3', { key: 'then', id: 'then' }, `At ${since(iso(chosen), now)}`);
  const ways = el(
    'p',
    { class: 'tools', key: 'ways' },
    before === undefined ? null : momentLink(wholeSecond(before.time), 'The change before'),
    after === undefined ? null : momentLink(wholeSecond(after.time), 'The change after'),
    momentLink('', 'Now'),
  );
  if (held === null || Date.parse(held.time) !== chosen) {
    return [title, ways];
  }
  if (held.view === null) {
    return [title, ways, el('p', { class: 'notice degraded' }, `It can't be told: ${held.failure}.`)];
  }
  return [title, ways, ...situation(held.view, now)];
}

function situation(view, now) {
  const ids = (state) => view.nodes.filter((node) => node.state === state);
  const lines = [];
  if (view.minority) {
    lines.push(['offline', `${view.told_by ?? view.asker} heard from fewer than half of the members.`]);
  }
  if (view.partitions.length > 0) {
    lines.push(['offline', `Groups that reached only themselves: ${view.partitions.map((group) => names(group)).join(' | ')}.`]);
  }
  for (const state of STATES.filter((one) => one !== 'Online')) {
    for (const node of ids(state)) {
      lines.push([stateClass(state), `${node.node_id} was ${state}${node.reason === null ? '' : `, ${node.reason}`}.`]);
    }
  }
  for (const link of view.broken_links) {
    const why = link.error === null ? '' : ` (${link.error})`;
    const other = link.one_way ? `, though ${link.to} got answers from ${link.from}` : '';
    lines.push(['degraded', `${link.from} got no answer from ${link.to}${why}${other}.`]);
  }
  for (const link of view.strained_links) {
    const why = link.reason === null ? '' : ` (${link.reason})`;
    lines.push(['degraded', `${link.from} found ${link.to} ${link.kind}${why}.`]);
  }
  return [
    (view.told_by ?? null) === null
      ? null
      : el(
          'p',
          { class: 'quiet', key: 'then-told' },
          `${view.asker} was away: this is what ${view.told_by} recorded, and signed.`,
        ),
    view.unrecorded_since === null
      ? null
      : el(
          'p',
          { class: 'notice degraded', key: 'then-unrecorded' },
          `Nothing was recorded since ${moment(view.unrecorded_since, now)}: this is what was so then.`,
        ),
    el(
      'p',
      { class: 'then', key: 'then-whole', role: 'status' },
      `${ids('Online').length} of ${count(view.nodes.length, 'node was', 'nodes were')} online.`,
      view.config_digest === null ? '' : ' Config ',
      view.config_digest === null ? null : el('code', {}, view.config_digest.slice(0, 12)),
    ),
    el(
      'ul',
      { class: 'findings', key: 'then-findings', 'aria-label': 'What was wrong' },
      lines.slice(0, MAX_TOLD).map(([kind, text]) => finding(kind, null, text)),
      lines.length > MAX_TOLD ? el('li', { class: 'quiet' }, `and ${lines.length - MAX_TOLD} more`) : null,
    ),
  ];
}
