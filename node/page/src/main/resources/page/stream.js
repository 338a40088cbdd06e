// What the node tells by itself: the page listens, by fetch as EventSource can't carry the token, and asks when there is
// something to ask for. Where it can't listen it asks as often as ever, and that is all that is lost.

import * as api from './api.js';

/** A node says something every 15 s at least. */
const SILENT_MS = 40_000;

/** Until the next try, by how often it failed in a row; and where the node has no stream, or no room for it. */
const AGAIN_MS = 3_000;
const AGAIN_MOST_MS = 60_000;
const REFUSED_MS = 60_000;

/** What ended before this, or told nothing, was of no use: as behind a proxy that keeps what comes. */
const LASTED_MS = 10_000;

/** A browser has six connections to a node, by http of this version, for all its windows: most are for asking. */
const STREAMS = ['distomon-stream-1', 'distomon-stream-2'];

const MOST_CHARS = 4 * 1024 * 1024;

/**
 * Divides a stream into its events (WHATWG HTML, 9.2.6): `{name, id, data}`, of which `id` is null where none is given.
 * Comments are none.
 */
export class Events {
  constructor() {
    this.rest = '';
    this.event = { name: '', id: null, data: [] };
  }

  /** Those that are whole with this. */
  add(text) {
    this.rest += text;
    if (this.rest.length > MOST_CHARS) {
      throw new api.Failure(0, 'an event of the stream is too long');
    }
    const whole = [];
    // A CR at the end may be half of a CRLF.
    const lines = this.rest.split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop();
    for (const line of lines) {
      if (line !== '') {
        this.#field(line);
      } else {
        const { name, id, data } = this.event;
        if (data.length > 0) {
          whole.push({ name: name || 'message', id, data: data.join('\n') });
        }
        this.event = { name: '', id: null, data: [] };
      }
    }
    return whole;
  }

  #field(line) {
    const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    switch (name) {
      case 'event':
        this.event.name = value;
        break;
      case 'data':
        this.event.data.push(value);
        break;
      case 'id':
        this.event.id = value;
        break;
      default:
    }
  }
}

/** Listens to one network at a time, while it is told to. */
export class Stream {
  #wanted = null;
  #running = null;
  #live = false;

  /** @param onEvent is told the name of each event */
  constructor(onEvent) {
    this.onEvent = onEvent;
  }

  /** Whether whatever happens is told now. */
  get isLive() {
    return this.#live;
  }

  /** Listens to this network; to none, if null. A second time does nothing. */
  follow(network) {
    if (network === this.#wanted) {
      return;
    }
    this.#wanted = network;
    this.#running?.abort();
    this.#running = null;
    this.#live = false;
    if (network !== null && navigator.locks !== undefined) {
      this.#running = new AbortController();
      this.#listen(network, this.#running.signal);
    }
  }

  /** Until it is told otherwise. Without the lock it would take from other windows what they need. */
  async #listen(network, end) {
    const at = { id: null, failures: 0 };
    let without = 0;
    while (!end.aborted) {
      const wait = await oneOf(STREAMS, () => this.#once(network, at, end));
      without = wait === null ? without + 1 : 0;
      await pause(wait ?? Math.min(AGAIN_MOST_MS, AGAIN_MS * 2 ** (without - 1)), end);
    }
  }

  /** How long to wait before it is tried again. */
  async #once(network, at, end) {
    const begun = performance.now();
    let wait = null;
    let heard = false;
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), SILENT_MS);
    try {
      const response = await api.stream(network, at.id, AbortSignal.any([end, silence.signal]));
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const events = new Events();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENT_MS);
        for (const { name, id } of events.add(part.value)) {
          if (end.aborted) {
            return 0;
          }
          heard = this.#live = true;
          at.id = id ?? at.id;
          this.onEvent(name);
        }
      }
    } catch (failure) {
      // That the node can't be asked is found, and told, by those who ask; a stream that breaks off is a TypeError.
      if (!(failure instanceof api.Failure || failure instanceof TypeError || failure.name === 'AbortError')) {
        console.error(failure);
      }
      if (failure instanceof api.Failure && failure.status !== 0) {
        at.id = failure.status === 400 ? null : at.id;
        wait = Math.max(REFUSED_MS, (failure.retryAfterSeconds ?? 0) * 1000);
      }
    } finally {
      clearTimeout(timer);
      silence.abort();
      if (!end.aborted && this.#live) {
        this.#live = false;
        this.onEvent('view'); // nothing is told now, and perhaps the node is gone
      }
    }
    at.failures = heard && performance.now() - begun > LASTED_MS ? 0 : at.failures + 1;
    return wait ?? Math.min(AGAIN_MOST_MS, AGAIN_MS * 2 ** at.failures) * (0.5 + Math.random() / 2);
  }
}

/** What `work` gives, done while one of these locks is held; null when others hold them. */
async function oneOf(locks, work) {
  for (const name of locks) {
    const done = await navigator.locks.request(name, { ifAvailable: true }, async (lock) =>
      lock === null ? null : { result: await work() },
    );
    if (done !== null) {
      return done.result;
    }
  }
  return null;
}

function pause(millis, end) {
  return new Promise((resolve) => {
    if (end.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(resolve, millis);
    end.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
