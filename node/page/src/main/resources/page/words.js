// How things are called and written. Verdicts come in words from the node; here is what stands around them.

/** Worst first; each with a sign, so that nothing hangs on colours. */
export const STATES = ['Offline', 'Degraded', 'Unknown', 'Online'];
const SIGNS = { Offline: '✕', Degraded: '▲', Unknown: '◇', Online: '●' };

/** Round trips by their length: each up to so many milliseconds, the last without end. */
export const BUCKETS_MS = [1, 10, 50, 200, Infinity];

export function sign(state) {
  return SIGNS[state] ?? '◇';
}

export function stateClass(state) {
  return STATES.includes(state) ? state.toLowerCase() : 'unknown';
}

export function bucket(ms) {
  return BUCKETS_MS.findIndex((limit) => ms < limit);
}

export function bucketWords(i) {
  if (i === BUCKETS_MS.length - 1) {
    return `${BUCKETS_MS[i - 1]} ms and more`;
  }
  return `under ${BUCKETS_MS[i]} ms`;
}

export function count(n, one, many) {
  return `${n} ${n === 1 ? one : many}`;
}

/** Some names, and how many there are besides. */
export function names(list, most = 12) {
  const shown = list.slice(0, most).join(', ');
  return list.length <= most ? shown : `${shown} and ${list.length - most} more`;
}

export function millis(ms) {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) {
    return '–';
  }
  const digits = Math.abs(ms) < 10 ? 2 : Math.abs(ms) < 100 ? 1 : 0;
  return `${ms.toFixed(digits)} ms`;
}

export function percent(ratio) {
  if (ratio === null || ratio === undefined || !Number.isFinite(ratio)) {
    return '–';
  }
  return `${(ratio * 100).toFixed(ratio > 0 && ratio < 0.1 ? 1 : 0)} %`;
}

/** A span in its largest unit, or its two largest. */
export function span(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) {
    return `${s} s`;
  }
  if (s < 3600) {
    return `${Math.floor(s / 60)} min`;
  }
  if (s < 86_400) {
    return parts(Math.floor(s / 3600), 'h', Math.floor((s % 3600) / 60), 'min');
  }
  return parts(Math.floor(s / 86_400), 'd', Math.floor((s % 86_400) / 3600), 'h');
}

function parts(large, unit, small, smallUnit) {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;
}

/** `10:42:07 UTC`, with its date unless it is of the same day as `now` (both milliseconds since the epoch). */
export function moment(text, now) {
  const at = Date.parse(text ?? '');
  if (Number.isNaN(at)) {
    return '–';
  }
  const iso = new Date(at).toISOString();
  const time = `${iso.slice(11, 19)} UTC`;
  return iso.slice(0, 10) === new Date(now).toISOString().slice(0, 10) ? time : `${iso.slice(0, 10)} ${time}`;
}

/** The same, and how long ago that was. */
export function since(text, now) {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? '–' : `${moment(text, now)}, ${span((now - at) / 1000)} ago`;
}

/** What an observer says of another, in a sentence. */
export function said(word, now) {
  const parts = [`${word.observer} → ${word.target}: ${word.status}`];
  if (word.since) {
    parts.push(`since ${moment(word.since, now)}`);
  }
  if (word.error) {
    parts.push(`(${word.error})`);
  }
  const measures = [];
  if (word.status === 'online') {
    measures.push(`round trip ${millis(word.rtt)}`);
  }
  if (word.loss !== null) {
    measures.push(`loss ${percent(word.loss)}`);
  }
  if (word.standing !== 'counted') {
    measures.push(`does not count: ${word.standing}`);
  }
  return parts.join(' ') + (measures.length === 0 ? '' : `; ${measures.join(', ')}`);
}
