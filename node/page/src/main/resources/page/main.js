// What the page holds, where in it somebody is, and when it asks again.

import * as api from './api.js';
import { el, show } from './dom.js';
import { showGraph } from './graph.js';
import { showHeatMap } from './heatmap.js';
import { model } from './model.js';
import { networksHeadline, showNetworks } from './networks.js';
import { showNode } from './node.js';
import { headline, showOverview } from './overview.js';
import { iso } from './parts.js';
import { Past } from './past.js';
import { Stream } from './stream.js';
import { RECORDS, showTimeLine } from './timeline.js';
import { moment } from './words.js';

/**
 * Milliseconds between two looks, unless somebody moves: while the node tells what happens, and while it does not. More where
 * an answer takes its time: asking is no tenth of the work. And what happens at once is asked for at once.
 */
const TOLD_MS = 12_000;
const VIEW_MS = 4_000;
const TOGETHER_MS = 200;
/** All pages are told at once, and must not ask at once. */
const APART_MS = 800;
const SHARE = 10;
const LINKS_MS = 15_000;
const SLOW_MS = 60_000;
const CLOCK_MS = 1_000;
const LIVE_MS = 15_000;

/** So long somebody who moves through time must rest before the node is asked. */
const REST_MS = 150;

const LOGGED_OUT = new api.Failure(401, 'logged out');

const EVIDENCE = document.getElementById('evidence').textContent;
const TABS = ['overview', 'graph', 'map', 'time', 'node'];

const byId = (id) => document.getElementById(id);

/**
 * All that is shown. `served` is what whoever serves the page says of himself: a node, or the operator, whose networks are
 * called `namespace/name`; `info` is what the node says that is asked. `servedAt`, `receivedAt` and `failingSince` are of
 * `performance.now()`; `entries` are what nodes say of themselves, from `/store`, and `cursor` where that stands; `past` is
 * what happened.
 */
const at = {
  served: null,
  servedAt: 0,
  info: null,
  network: null,
  asker: null,
  model: null,
  receivedAt: 0,
  links: [],
  entries: new Map(),
  cursor: null,
  past: null,
  downloading: false,
  failingSince: null,
  failure: null,
};
const due = { served: 0, info: 0, links: 0, store: 0 };
const stream = new Stream(told);
let timer = null;
let loginTimer = null;
let restTimer = null;
let session = 0;
let looking = false;
let rested = 0;
let isNews = false;
let isNewsPlanned = false;
let lookAgain = false;
let shownRoute = null;
let downloadFailure = null;

function route() {
  const [, network = '', tab = 'overview', node = ''] = location.hash.split('/').map(decoded);
  return { network, tab: TABS.includes(tab) ? tab : 'overview', node };
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** `node` is what there is to see in the tab: a node, or a moment of the time line. */
function hash(network, tab, node = null) {
  return `#/${[network, tab, ...(node === null ? [] : [node])].map(encodeURIComponent).join('/')}`;
}

/** The node's clock, as far as we can tell; milliseconds since the epoch. */
function now() {
  return at.model.askedAt + performance.now() - at.receivedAt;
}

// Logging in and out.

function askToLogIn(message) {
  byId('login').hidden = false;
  byId('session').hidden = true;
  byId('login-message').textContent = message;
  byId('clear-text').hidden =
    location.protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(location.hostname);
  byId('password').focus();
}

async function logIn(event) {
  event.preventDefault();
  const button = byId('login-button');
  button.disabled = true;
  byId('login-message').textContent = '';
  clearTimeout(loginTimer);
  try {
    await api.logIn(byId('username').value, byId('password').value);
    byId('password').value = '';
    byId('login').hidden = true;
    byId('session').hidden = false;
    due.served = due.info = due.links = due.store = 0;
    await look();
    byId('view').querySelector('h2')?.focus();
  } catch (failure) {
    refused(failure);
  } finally {
    button.disabled = false;
  }
}

function refused(failure) {
  if (failure.status === 429) {
    const wait = failure.retryAfterSeconds ?? 1;
    byId('login-message').textContent = `Too many tries. The next one in ${wait} s.`;
    loginTimer = setTimeout(() => {
      byId('login-message').textContent = 'You may try again now.';
    }, wait * 1000);
    return;
  }
  byId('login-message').textContent =
    failure.status === 401 ? 'Wrong name or password.' : `The login did not work: ${failure.message}.`;
  byId('password').select();
}

function logOut() {
  api.logOut();
  stream.follow(null);
  session += 1;
  Object.assign(at, { served: null, info: null, network: null, asker: null, model: null, links: [], entries: new Map() });
  Object.assign(at, { cursor: null, past: null, failingSince: null, failure: null });
  draw();
  askToLogIn('Logged out.');
}

// Looking.

/** Listens while somebody sees it. */
function listen() {
  stream.follow(api.isLoggedIn() && !document.hidden ? (at.network?.network_id ?? null) : null);
}

/** Something happened: the node is asked soon, and not more often than otherwise for answers that take long. */
function told(name) {
  if (name !== 'view') {
    at.past?.happened();
  }
  isNews = true;
  if (!looking) {
    planNews();
  }
}

/** What goes on happening puts it off no further. */
function planNews() {
  if (isNewsPlanned) {
    return;
  }
  isNewsPlanned = true;
  clearTimeout(timer);
  timer = setTimeout(look, Math.max(TOGETHER_MS + Math.random() * APART_MS, rested - performance.now()));
}

/** Asks the node for what is due, draws, and plans the next look. */
async function look() {
  isNewsPlanned = false;
  listen();
  if (!api.isLoggedIn() || document.hidden) {
    return;
  }
  if (looking) {
    lookAgain = true;
    return;
  }
  looking = true;
  lookAgain = isNews = false;
  clearTimeout(timer);
  const begun = performance.now();
  const asked = session;
  let taken = null;
  try {
    await refresh(begun);
    at.failingSince = at.failure = null;
    taken = performance.now() - begun;
    draw();
    // What happened may take its time, and must not keep what is now from being seen.
    if (at.model !== null) {
      await at.past.refresh(route(), begun, now());
    }
  } catch (error) {
    if (asked === session) {
      fail(error, begun);
    }
  } finally {
    looking = false;
    taken ??= performance.now() - begun;
    rested = performance.now() + taken * SHARE;
    listen();
    const pause = stream.isLive || at.network === null ? TOLD_MS : VIEW_MS;
    timer = setTimeout(look, lookAgain ? 0 : Math.max(pause, taken * SHARE));
    if (isNews && !lookAgain) {
      planNews();
    }
    draw();
  }
}

function fail(error, begun) {
  if (error === LOGGED_OUT) {
    return;
  }
  let failure = error;
  if (!(error instanceof api.Failure)) {
    console.error(error);
    failure = new api.Failure(0, 'its answer is not understood');
  }
  at.failingSince ??= begun;
  at.failure = failure;
  if (failure.status === 401) {
    askToLogIn('The login has run out. Log in again; what is shown is of before.');
  } else if (failure.status === 404) {
    due.served = due.info = 0;
  }
}

/** What was asked for before somebody logged out is not taken. */
async function stillWanted(answer) {
  const asked = session;
  const taken = await answer;
  if (asked !== session || !api.isLoggedIn()) {
    throw LOGGED_OUT;
  }
  return taken;
}

async function refresh(begun) {
  if (at.served === null || begun >= due.served || (isOperator() && chosenNetwork() === null)) {
    at.served = await stillWanted(api.info());
    at.servedAt = performance.now();
    due.served = begun + SLOW_MS;
  }
  const id = chosenNetwork();
  if (id === null) {
    Object.assign(at, { info: null, network: null, asker: null, model: null });
    return;
  }
  const named = at.served.networks.find((network) => network.network_id === id);
  if (at.network?.network_id !== id) {
    Object.assign(at, { network: named, model: null, links: [], entries: new Map(), cursor: null, past: new Past(id) });
    at.asker = named.node_id ?? null;
    due.info = due.links = due.store = 0;
  }
  const view = await stillWanted(api.view(id));
  if (!isOperator()) {
    at.info = at.served;
    at.network = named;
  } else if (view.asker !== at.asker || begun >= due.info) {
    at.info = await stillWanted(api.infoOf(id));
    const own = at.info.networks.find((network) => network.network_id === view.network_id);
    if (own === undefined) {
      throw new api.Failure(0, 'what the node runs with is not told');
    }
    at.network = { ...own, network_id: id };
    due.info = begun + SLOW_MS;
  }
  at.asker = view.asker;
  at.model = model(view);
  at.receivedAt = performance.now();
  if (begun >= due.links) {
    at.links = (await stillWanted(api.links(id))).links;
    due.links = begun + LINKS_MS;
  }
  if (begun >= due.store) {
    const { entries, cursor, complete } = await stillWanted(api.store(id, at.cursor));
    at.entries = complete ? new Map() : at.entries;
    for (const [node, entry] of Object.entries(entries)) {
      // Only what is shown: an entry is as long as its node has links.
      const { version, config_digest } = entry.data;
      at.entries.set(node, { version, config_digest });
    }
    at.cursor = cursor;
    due.store = begun + SLOW_MS;
  }
}

function isOperator() {
  return at.served?.kind === 'operator';
}

/** The operator's first sight is of all of them, a node's of its first. */
function chosenNetwork() {
  const ids = at.served.networks.map((network) => network.network_id);
  const wanted = route().network;
  return ids.includes(wanted) ? wanted : isOperator() ? null : (ids[0] ?? null);
}

// Showing.

function draw() {
  drawFreshness();
  const there = at.model !== null;
  const isOfAll = isOperator() && at.network === null;
  byId('tabs').hidden = byId('evidence').hidden = !there;
  byId('view').hidden = !there && !isOfAll;
  byId('whose').textContent = there ? `${at.network.network_id}, as ${at.asker} sees it` : '';
  document.title = there
    ? `${at.failure === null ? '' : 'Not live: '}${at.network.network_id}: ${headline(at.model)}`
    : isOfAll
      ? `${at.failure === null ? '' : 'Not live: '}${networksHeadline(at.served)}`
      : 'distomon';
  drawNetworks();
  const wanted = route().network;
  if (isOfAll) {
    notice(wanted === '' ? null : `This operator looks after no network ${wanted}.`);
  } else if (at.served !== null && at.network === null) {
    notice('No network of this node runs: its log and /info tell why.');
  } else if (there && wanted !== '' && wanted !== at.network.network_id) {
    notice(`This node is in no network ${wanted}.`);
  } else {
    notice(downloadFailure);
  }
  if (!there) {
    const cameFrom = shownRoute;
    shownRoute = isOfAll || cameFrom === '' ? '' : null;
    if (cameFrom !== shownRoute) {
      byId('view').replaceChildren();
      byId('view').className = isOfAll ? 'networks' : '';
    }
    if (isOfAll) {
      showNetworks(byId('view'), at.served);
      if (cameFrom) {
        byId('view').querySelector('h2').focus();
      }
    }
    return;
  }
  const { tab, node } = route();
  const network = at.network.network_id;
  if (route().network === '') {
    history.replaceState(null, '', hash(network, tab, node === '' ? null : node));
  }
  for (const link of byId('tabs').children) {
    link.href = hash(network, link.dataset.tab);
    if (link.dataset.tab === tab) {
      link.setAttribute('aria-current', 'page');
    } else {
      link.removeAttribute('aria-current');
    }
  }
  const key = `${network}/${tab}/${tab === 'node' ? node : ''}`;
  if (key !== shownRoute) {
    byId('view').replaceChildren();
    byId('view').className = tab;
  }
  switch (tab) {
    case 'graph':
      showGraph(byId('view'), at, now());
      break;
    case 'map':
      showHeatMap(byId('view'), at, now());
      break;
    case 'time':
      showTimeLine(byId('view'), at, node, now(), moving);
      break;
    case 'node':
      showNode(byId('view'), at, node, now());
      break;
    default:
      showOverview(byId('view'), at, now());
  }
  if (shownRoute !== null && key !== shownRoute) {
    byId('view').querySelector('h2')?.focus();
    scrollTo(0, 0);
  }
  shownRoute = key;
}

function drawNetworks() {
  const networks = at.served?.networks ?? [];
  const chosen = at.network?.network_id;
  byId('all').hidden = !isOperator() || chosen === undefined;
  byId('network-choice').hidden = networks.length < 2 || (isOperator() && chosen === undefined);
  show(byId('network'), networks.map(({ network_id: id }) => el('option', { key: id, value: id }, id)));
  if (chosen !== undefined) {
    byId('network').value = chosen;
  }
}

/** Since when what is shown gets no younger, and why. It stays the same meanwhile: it is read out when it changes. */
function drawFreshness() {
  const line = byId('freshness');
  const received = at.model === null ? null : moment(new Date(at.model.askedAt).toISOString(), now());
  let text = '';
  if (at.failure !== null) {
    const why =
      at.failure.status === 401
        ? 'The login has run out.'
        : `${whoIsAsked()} can't be asked since ${failingSince()}: ${at.failure.message}.`;
    text = received === null ? why : `${why} What is shown is of ${received}.`;
  } else if (isOperator() && at.network === null && performance.now() - at.servedAt < LIVE_MS) {
    text = 'Live';
  } else if (received !== null) {
    text = performance.now() - at.receivedAt < LIVE_MS ? 'Live' : `Of ${received}`;
  }
  line.className = at.failure !== null ? 'stale' : '';
  if (line.textContent !== text) {
    line.textContent = text;
  }
}

function whoIsAsked() {
  return at.asker ?? at.network?.network_id ?? (isOperator() ? 'The operator' : 'The node');
}

/** By the node's clock, or by the browser's when the node never answered. */
function failingSince() {
  const clock = at.model === null ? Date.now() : now();
  return moment(new Date(clock - (performance.now() - at.failingSince)).toISOString(), clock);
}

function notice(text) {
  byId('notice').hidden = text === null;
  byId('notice').textContent = text ?? '';
}

/** What may be done on the time line. */
const moving = {
  go(when) {
    history.replaceState(null, '', hash(at.network.network_id, 'time', when));
    draw();
    clearTimeout(restTimer);
    restTimer = setTimeout(look, REST_MS);
  },
  look() {
    draw();
    look();
  },
  download() {
    const { since, until } = at.past.window(now());
    const wanted = { since: iso(since), until: at.past.until === null ? null : iso(until), limit: 100 };
    download(byId('records'), RECORDS, api.records(at.network.network_id, wanted), 'events');
  },
};

/** Saves what is answered, under a name of its network, asker, kind and time. */
async function download(button, words, answer, kind) {
  button.disabled = at.downloading = true;
  downloadFailure = null;
  try {
    const blob = await answer;
    const time = iso(now()).replace(/[:-]/g, '');
    const url = URL.createObjectURL(blob);
    const network = at.network.network_id.replace('/', '-');
    const name = ['distomon', network, at.asker, ...(kind === null ? [] : [kind]), time].join('-');
    const link = el('a', { href: url, download: `${name}.json` });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), SLOW_MS);
    button.textContent = `Downloaded ${Math.ceil(blob.size / 1024)} KiB`;
    setTimeout(() => {
      button.textContent = words;
    }, 5_000);
  } catch (failure) {
    if (failure.status === 401) {
      askToLogIn('The login has run out. Log in again for the evidence.');
    } else {
      downloadFailure = `The evidence could not be fetched: ${failure.message}.`;
    }
    draw();
  } finally {
    button.disabled = at.downloading = false;
  }
}

byId('unstarted').remove();
// Not by the address, whose end says where in the page one is.
byId('skip').addEventListener('click', (event) => {
  event.preventDefault();
  byId('content').focus();
});
byId('login-form').addEventListener('submit', logIn);
byId('logout').addEventListener('click', logOut);
byId('evidence').addEventListener('click', () => {
  download(byId('evidence'), EVIDENCE, api.evidence(at.network.network_id), null);
});
byId('network').addEventListener('change', (event) => {
  location.hash = hash(event.target.value, route().tab === 'node' ? 'overview' : route().tab);
});
addEventListener('hashchange', () => {
  if (at.served !== null && chosenNetwork() === (at.network?.network_id ?? null)) {
    draw();
  }
  look();
});
document.addEventListener('visibilitychange', look);
addEventListener('online', look);
setInterval(drawFreshness, CLOCK_MS);
askToLogIn('');
