// What the page holds of the past, and asks its node for: what happened lately, what happened in a span of time, what was
// so at a moment, and for how long each node was up.

import * as api from './api.js';
import { iso } from './parts.js';

/** Seconds that a time line shows, by what that is called. */
export const SPANS = new Map([
  ['1 hour', 3_600],
  ['6 hours', 6 * 3_600],
  ['24 hours', 86_400],
  ['7 days', 7 * 86_400],
  ['30 days', 30 * 86_400],
]);
const USUAL_SPAN = '24 hours';

const MOST_EVENTS = 500;
const LATEST_EVENTS = 20;
const NODE_EVENTS = 20;

/** More than this is asked for anew. */
const MOST_KEPT = 4 * MOST_EVENTS;

/** A clock that goes back by more was set. */
const CLOCK_MS = 1_000;
const LATELY_MS = 15_000;
const UPTIME_MS = 60_000;

/** Of one network. All times are milliseconds since the epoch, by the node's clock. */
export class Past {
  constructor(network) {
    this.network = network;
    /** The newest events, newest first, and why there are none; null once there are. */
    this.lately = [];
    this.failure = null;
    /** By node, then by window: `{ratio, …}`; of links that were broken, `{observer, target, windows}`; and of how many not. */
    this.uptime = {};
    this.linkUptime = [];
    this.linksLeftOut = 0;
    /** What happened to one node: `{id, events}`. */
    this.ofNode = { id: null, events: [] };
    /** What a time line shows. `until` is null while it goes on to this moment. */
    this.spanName = USUAL_SPAN;
    this.until = null;
    this.line = null;
    this.inSight = '';
    /** What was so at a moment: `{time, view, failure}`. */
    this.moment = null;
    this.due = { lately: 0, uptime: 0, ofNode: 0 };
  }

  /** Asks for what is looked at and is due. What the recorder can't answer is kept as a failure; others are thrown. */
  async refresh({ tab, node }, begun, now) {
    try {
      if (tab === 'overview' && begun >= this.due.lately) {
        this.due.lately = begun + LATELY_MS;
        this.lately = byTime((await this.#events({ limit: LATEST_EVENTS })).events.map(shown));
      } else if (tab === 'node') {
        await this.#refreshNode(node, begun);
      } else if (tab === 'time') {
        this.#bringIntoSight(node, now);
        await this.#refreshLine(now);
        await this.#refreshMoment(node);
      }
      this.failure = null;
    } catch (failure) {
      if (!isOfRecorder(failure)) {
        throw failure;
      }
      this.failure = failure.message;
      this.happened(); // asked again at the next look
    }
  }

  /** Something was recorded: what is kept of late is of before. */
  happened() {
    this.due.lately = this.due.ofNode = 0;
  }

  /** Where what is shown begins and ends. */
  window(now) {
    const until = this.until ?? now;
    return { since: until - SPANS.get(this.spanName) * 1000, until };
  }

  show(spanName) {
    this.spanName = spanName;
    this.line = null;
  }

  /** Half a span earlier or later; never later than now. */
  step(direction, now) {
    this.#goTo(this.window(now).until + (direction * SPANS.get(this.spanName) * 1000) / 2, now);
  }

  #goTo(until, now) {
    this.until = until >= now ? null : until;
    this.line = null;
  }

  async #refreshNode(id, begun) {
    if (begun >= this.due.uptime) {
      this.due.uptime = begun + UPTIME_MS;
      const { nodes, links, links_left_out: leftOut } = await api.uptime(this.network);
      this.uptime = nodes;
      // A node of an earlier version says nothing of links.
      this.linkUptime = links ?? [];
      this.linksLeftOut = leftOut ?? 0;
    }
    if (this.ofNode.id !== id || begun >= this.due.ofNode) {
      this.due.ofNode = begun + LATELY_MS;
      this.ofNode = { id, events: byTime((await this.#events({ node: id, limit: NODE_EVENTS })).events.map(shown)) };
    }
  }

  /** All of the span first, then only what is newer. What somebody has turned away from meanwhile is not taken. */
  async #refreshLine(now) {
    const { spanName, until, line } = this;
    const fresh = line === null ? await this.#whole(now) : until === null ? await this.#newer(line, now) : line;
    if (this.spanName === spanName && this.until === until && this.line === line) {
      this.line = fresh;
    }
  }

  /** Where not all is told, or nothing was recorded when the span began, it begins with the oldest change that is. */
  async #whole(now) {
    const { since, until } = this.window(now);
    const { events, next, chain } = await this.#events({
      since,
      until: this.until === null ? null : until,
      limit: MOST_EVENTS,
    });
    const oldest = events.at(-1)?.time;
    let from = since;
    let base = next === null ? await this.#before(iso(since)) : null;
    if (base === null && oldest !== undefined) {
      from = Date.parse(oldest);
      base = await this.#before(oldest);
    }
    // What a peer tells ends where the node begins to record again, and what it had recorded itself goes on.
    const begin = events.findLast((event) => event.kind === 'recorder' && event.told_by === null);
    // Where that is not among the events, it begins where the last of what is told ends.
    const isCut = next !== null && begin === undefined && events.some((event) => event.told_by);
    const resumed = isCut ? iso(until) : base?.told_by ? begin?.time : undefined;
    const own = resumed === undefined ? null : await this.#before(resumed);
    // Whoever asks is at work now, and may not have been when the span ended.
    const end = this.until === null ? null : await this.#before(iso(until));
    const recordedUntil = end?.unrecorded_since ? Date.parse(end.unrecorded_since) : null;
    return { from, whole: next === null, base, own, isCut, recordedUntil, events: events.map(shown), last: chain.last_seq, asked: now };
  }

  /** All anew where there is a hole between what is known and what is new, as after a clock was set back. */
  async #newer(line, now) {
    const newest = byTime(line.events)[0];
    const since = newest === undefined ? line.from : Date.parse(newest.time);
    const { events, chain } = await this.#events({ since, limit: MOST_EVENTS });
    const more = events.filter((event) => event.seq > line.last);
    // What a peer tells of the time in which the node was away is new, and older than what is known.
    const hole = chain.last_seq > line.last + more.length;
    const isAnother = chain.last_seq < line.last || now < line.asked - CLOCK_MS;
    if (hole || isAnother || line.events.length + more.length > MOST_KEPT) {
      return this.#whole(now);
    }
    return { ...line, last: chain.last_seq, asked: now, events: [...more.map(shown), ...line.events] };
  }

  /** A moment of the address that is not in sight is brought there, once; who goes back to now sees what is now. */
  #bringIntoSight(time, now) {
    if (time === this.inSight) {
      return;
    }
    const { since, until } = this.window(now);
    const at = Date.parse(time);
    if (time === '') {
      this.#goTo(now, now);
    } else if (at < since || at > until) {
      this.#goTo(at + (until - since) / 2, now);
    }
    this.inSight = time;
  }

  /** What was so then; null when nothing was recorded yet. */
  async #before(time) {
    try {
      return await api.viewAt(this.network, time);
    } catch (failure) {
      if (failure.status === 400) {
        return null;
      }
      throw failure;
    }
  }

  async #refreshMoment(time) {
    if (time === '') {
      this.moment = null;
    } else if (this.moment?.time !== time) {
      try {
        this.moment = { time, view: await api.viewAt(this.network, time), failure: null };
      } catch (failure) {
        if (failure.status !== 400) {
          throw failure;
        }
        this.moment = { time, view: null, failure: failure.message };
      }
    }
  }

  #events({ since = null, until = null, node = null, limit }) {
    return api.events(this.network, {
      since: since === null ? null : iso(since),
      until: until === null ? null : iso(until),
      node,
      limit,
    });
  }
}

/** Of an event only what is shown: it has up to a hundred witnesses. */
function shown({ seq, time, kind, subject, from, to, reason, since, told_by, in_words }) {
  // A node of an earlier version is told nothing.
  return { seq, time, kind, subject, from, to, reason, since, told_by: told_by ?? null, in_words };
}

/** The newest first: what a peer told of the time in which the node was away is recorded later. */
export function byTime(events) {
  return events
    .map((event) => ({ event, time: Date.parse(event.time) }))
    .sort((a, b) => b.time - a.time || b.event.seq - a.event.seq)
    .map(({ event }) => event);
}

/**
 * Events in their order, the oldest first, and what a peer told of the time in which the node was away before the event that
 * it begins to record again.
 *
 * @param events as the node gives them, newest first
 */
export function inPlace(events) {
  const begins = events.filter(({ kind, to, told_by }) => kind === 'recorder' && to === 'Running' && told_by === null);
  const oldest = events.findLast(({ told_by }) => told_by === null);
  /** Where an account belongs that begins so. */
  const placeOf = ({ seq, time }) => {
    const begun = Date.parse(time);
    const again = begins.find(
      (one) =>
        one.seq < seq && Date.parse(one.time) > begun && (one.since === null ? one.seq === 1 : Date.parse(one.since) <= begun),
    );
    // It is later than all that is shown, or earlier.
    const outside = oldest === undefined || Date.parse(oldest.time) <= begun ? Infinity : 0;
    return { place: again === undefined ? outside : again.seq - 0.5, part: begun };
  };
  let account = null;
  return [...events]
    .reverse()
    .map((event) => {
      if (event.told_by === null) {
        return { event, place: event.seq, part: 0 };
      }
      if (account === null || (event.kind === 'recorder' && event.to === 'Running')) {
        account = placeOf(event);
      }
      return { event, ...account };
    })
    .sort((a, b) => (a.place === b.place ? a.part - b.part || a.event.seq - b.event.seq : a.place - b.place))
    .map(({ event }) => event);
}

/** 404: it records nothing; 503: it can't read what it has; 0: it did not answer in time. */
function isOfRecorder(failure) {
  return failure instanceof api.Failure && [0, 404, 503].includes(failure.status);
}
