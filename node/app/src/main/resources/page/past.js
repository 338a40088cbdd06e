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
const LATELY_MS = 15_000;
const UPTIME_MS = 60_000;

/** Of one network. All times are milliseconds since the epoch, by the node's clock. */
export class Past {
  constructor(network) {
    this.network = network;
    /** The newest events, newest first, and why there are none; null once there are. */
    this.lately = [];
    this.failure = null;
    /** By node, then by window: `{ratio, …}`. */
    this.uptime = {};
    /** What happened to one node: `{id, events}`. */
    this.ofNode = { id: null, events: [] };
    /** What a time line shows. `until` is null while it goes on to this moment. */
    this.spanName = USUAL_SPAN;
    this.until = null;
    this.line = null;
    /** What was so at a moment: `{time, view, failure}`. */
    this.moment = null;
    this.due = { lately: 0, uptime: 0, ofNode: 0 };
  }

  /** Asks for what is looked at and is due. What the recorder can't answer is kept as a failure; others are thrown. */
  async refresh({ tab, node }, begun, now) {
    try {
      if (tab === 'overview' && begun >= this.due.lately) {
        this.lately = (await this.#events({ limit: LATEST_EVENTS })).events;
        this.due.lately = begun + LATELY_MS;
      } else if (tab === 'node') {
        await this.#refreshNode(node, begun);
      } else if (tab === 'time') {
        await this.#refreshLine(now);
        await this.#refreshMoment(node);
      }
      this.failure = null;
    } catch (failure) {
      if (!isOfRecorder(failure)) {
        throw failure;
      }
      this.failure = failure.message;
    }
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
    const to = this.window(now).until + (direction * SPANS.get(this.spanName) * 1000) / 2;
    this.until = to >= now ? null : to;
    this.line = null;
  }

  async #refreshNode(id, begun) {
    if (begun >= this.due.uptime) {
      this.uptime = (await api.uptime(this.network)).nodes;
      this.due.uptime = begun + UPTIME_MS;
    }
    if (this.ofNode.id !== id || begun >= this.due.ofNode) {
      this.ofNode = { id, events: (await this.#events({ node: id, limit: NODE_EVENTS })).events };
      this.due.ofNode = begun + LATELY_MS;
    }
  }

  /** All of the span first, then only what is newer than the newest. */
  async #refreshLine(now) {
    if (this.line === null) {
      const { since, until } = this.window(now);
      const answer = await this.#events({ since, until: this.until === null ? null : until, limit: MOST_EVENTS });
      const whole = answer.next === null;
      const from = whole ? since : Date.parse(answer.events.at(-1).time);
      this.line = { from, whole, base: await this.#before(from), events: answer.events };
    } else if (this.until === null) {
      const newest = this.line.events[0];
      const since = newest === undefined ? this.line.from : Date.parse(newest.time);
      const { events } = await this.#events({ since, limit: MOST_EVENTS });
      const known = newest?.seq ?? 0;
      this.line.events.unshift(...events.filter((event) => event.seq > known));
      this.line.events.length = Math.min(this.line.events.length, 4 * MOST_EVENTS);
    }
  }

  /** What was so then; null when nothing was recorded yet. */
  async #before(time) {
    try {
      return await api.viewAt(this.network, iso(time));
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

/** 404: it records nothing; 503: it can't read what it has. */
function isOfRecorder(failure) {
  return failure instanceof api.Failure && (failure.status === 404 || failure.status === 503);
}
