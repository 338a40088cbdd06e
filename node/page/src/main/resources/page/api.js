// What the page asks of its node, or of the operator, which asks a node. The token is in this file's memory and nowhere else; addresses are relative, so that the
// page works below any path of a proxy's.

const TIMEOUT_MS = 20_000;
const MAX_BYTES = 64 * 1024 * 1024;

let token = null;

/** An answer that is none of use. `status` is HTTP's, or 0 when there was no answer at all. */
export class Failure extends Error {
  constructor(status, message, retryAfterSeconds = null) {
    super(message);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export function isLoggedIn() {
  return token !== null;
}

export function logOut() {
  token = null;
}

/** Trades name and password for a token. */
export async function logIn(username, password) {
  const response = await send('login', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  const answer = await json(response);
  if (typeof answer.access_token !== 'string') {
    throw new Failure(0, 'the answer to the login holds no token');
  }
  token = answer.access_token;
}

export function info() {
  return get('info').then(json);
}

/** What the node says of itself that the operator asks for a network. */
export function infoOf(network) {
  return get(`info/${path(network)}`).then(json);
}

export function view(network) {
  return get(`view/${path(network)}`).then(json);
}

export function links(network) {
  return get(`links/${path(network)}`).then(json);
}

/** What was recorded of a moment, which is as RFC 3339 has it. */
export function viewAt(network, time) {
  return get(`view/${path(network)}${query({ at: time })}`).then(json);
}

/** What happened, the newest first; `wanted` has what a question may have, null for none. */
export function events(network, wanted) {
  return get(`events/${path(network)}${query(wanted)}`).then(json);
}

export function uptime(network) {
  return get(`uptime/${path(network)}`).then(json);
}

/** The entries that changed since `cursor`, or all: `{entries, cursor, complete}`. */
export async function store(network, cursor) {
  const after = cursor === null ? '' : `?after=${encodeURIComponent(cursor)}`;
  const response = await get(`store/${path(network)}${after}`);
  return {
    entries: await json(response),
    cursor: response.headers.get('Distomon-Cursor'),
    complete: response.headers.get('Distomon-Complete') !== 'false',
  };
}

/**
 * What happens, as it does: a response whose body goes on until `signal` ends it. `after` is the last event's id, or null. That
 * a login has run out is for those to find who tell it.
 */
export function stream(network, after, signal) {
  const last = after === null ? {} : { 'Last-Event-ID': after };
  return send(`stream/${path(network)}`, {
    headers: { Authorization: `Bearer ${token}`, Accept: 'text/event-stream', ...last },
    signal,
  });
}

/** The view with its evidence, byte for byte as it was answered. */
export function evidence(network) {
  return file(`view/${path(network)}?evidence=true`);
}

/** Events with what they rest on, likewise. */
export function records(network, wanted) {
  return file(`events/${path(network)}${query({ ...wanted, evidence: 'true' })}`);
}

async function file(path) {
  const response = await get(path);
  return new Blob([await body(response)], { type: 'application/json' });
}

/** The operator's networks are called `namespace/name`. */
function path(network) {
  return network.split('/').map(encodeURIComponent).join('/');
}

function query(fields) {
  const given = Object.entries(fields).filter(([, value]) => value !== null);
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

async function get(path) {
  const used = token;
  try {
    return await send(path, { headers: { Authorization: `Bearer ${used}` } });
  } catch (failure) {
    if (failure.status === 401 && token === used) {
      token = null;
    }
    throw failure;
  }
}

async function send(path, request) {
  let response;
  try {
    response = await fetch(path, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...request,
      cache: 'no-store',
      // Without this a browser would ask for the password itself, and remember it.
      credentials: 'omit',
      redirect: 'error',
    });
  } catch (error) {
    throw new Failure(0, error.name === 'TimeoutError' ? `no answer within ${TIMEOUT_MS / 1000} s` : 'no answer');
  }
  if (!response.ok) {
    throw new Failure(response.status, await detail(response), seconds(response.headers.get('Retry-After')));
  }
  return response;
}

async function detail(response) {
  try {
    const problem = await json(response);
    return String(problem.detail ?? problem.title ?? `status ${response.status}`).slice(0, 500);
  } catch {
    return `status ${response.status}`;
  }
}

function seconds(text) {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : null;
}

async function json(response) {
  try {
    return JSON.parse(new TextDecoder().decode(await body(response)));
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(0, 'the answer is no JSON');
  }
}

/** Not more than a browser can stand. */
async function body(response) {
  const chunks = [];
  let length = 0;
  try {
    const reader = response.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.length;
      if (length > MAX_BYTES) {
        await reader.cancel();
        throw new Failure(0, `the answer is larger than ${MAX_BYTES / 1024 / 1024} MiB`);
      }
      chunks.push(part.value);
    }
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(0, 'the answer broke off');
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
