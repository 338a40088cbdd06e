// The network as rings of nodes, one for each group that reaches only itself, with the links between them.

import { colours, legend, prepare, redrawWhenSchemeChanges } from './canvas.js';
import { el, show, table } from './dom.js';
import { word } from './model.js';
import { nodeLink } from './parts.js';
import { bucket, sign, stateClass, STATES } from './words.js';

/** Groups beyond are drawn as one. */
const MAX_GROUPS = 12;
const MAX_NAMED = 60;
const MAX_ROWS = 100;
const NEAR = 18;
const HEAD = 26;
const NARROW = 500;
const LEAST_PANEL = 170;

/** More links than this are drawn the fainter, the more there are; broken ones never. */
const MANY_LINKS = 400;
const LEAST_ALPHA = 0.06;

/** Among more than this only broken ones, and those of the node that is pointed at, are drawn. */
const MOST_LINES = 4000;

let graph = null;

export function showGraph(parent, at, now) {
  if (graph === null || !parent.contains(graph.root)) {
    graph = new Graph();
    parent.replaceChildren(graph.root);
  }
  graph.update(at, now);
}

/** Who is drawn together: the partitions, and those who are in none. */
function groups(model) {
  const divided = model.partitions.slice(0, MAX_GROUPS).map((ids) => ({ name: ids.length === 1 ? 'reaches nobody else' : `${ids.length} that reach only each other`, ids }));
  const inGroup = new Set(divided.flatMap((group) => group.ids));
  const rest = model.byName.filter((id) => !inGroup.has(id));
  if (divided.length === 0) {
    return [{ name: '', ids: rest }];
  }
  return rest.length === 0 ? divided : [...divided, { name: `${rest.length} in no group`, ids: rest }];
}

/** Each pair with what either says of the other: `{a, b, there, back}`, broken ones last, so that they are on top. */
function pairs(model) {
  const all = [];
  for (const [observer, words] of model.words) {
    for (const there of words.values()) {
      const back = word(model, there.target, observer);
      if (back === null || observer < there.target) {
        all.push({ a: observer, b: there.target, there, back });
      }
    }
  }
  return all.sort((one, other) => Number(isBroken(one)) - Number(isBroken(other)));
}

function isBroken({ there, back }) {
  return there.status === 'offline' || back?.status === 'offline';
}

class Graph {
  constructor() {
    this.pointed = null;
    this.places = new Map();
    this.canvas = el('canvas', {
      tabindex: '0',
      role: 'img',
      'aria-label': 'Graph of the network. Arrow keys go from node to node, Enter opens one. The broken links are in the table below.',
    });
    this.box = el('div', { class: 'graph-box' }, this.canvas);
    this.words = el('p', { class: 'pointed', role: 'status' });
    this.table = el('div');
    this.root = el(
      'div',
      {},
      el('h2', { tabindex: '-1' }, 'Nodes and links'),
      this.words,
      this.box,
      el(
        'ul',
        { class: 'legend', 'aria-label': 'Nodes' },
        STATES.map((state) => el('li', { class: stateClass(state) }, el('span', { 'aria-hidden': 'true' }, sign(state)), state)),
      ),
      legend([
        ['line-broken', 'no answer'],
        ['line-oneway', 'answers one way only: none from where the arrow points'],
      ]),
      this.table,
    );
    this.canvas.addEventListener('pointermove', (event) => this.point(this.nodeAt(event)));
    this.canvas.addEventListener('pointerleave', () => this.point(null));
    this.canvas.addEventListener('click', (event) => this.open(this.nodeAt(event)));
    this.canvas.addEventListener('keydown', (event) => this.key(event));
    new ResizeObserver(() => this.draw()).observe(this.box);
    redrawWhenSchemeChanges(() => this.draw());
  }

  update(at, now) {
    this.at = at;
    this.now = now;
    this.groups = groups(at.model);
    this.pairs = pairs(at.model);
    this.order = this.groups.flatMap((group) => group.ids);
    show(this.table, brokenTable(at.model));
    this.point(this.pointed);
  }

  /** Places each node on its group's ring. */
  layout(width, height) {
    const n = this.groups.length;
    const columns = width < NARROW ? 1 : Math.min(n, Math.max(1, Math.round(Math.sqrt((n * width) / height))));
    const rows = Math.ceil(n / columns);
    const w = width / columns;
    const h = height / rows;
    const margin = this.isNamed() ? 46 : 24;
    this.places.clear();
    this.groups.forEach((group, g) => {
      const x = (g % columns) * w + w / 2;
      const top = Math.floor(g / columns) * h;
      const head = n > 1 ? HEAD : 0;
      const y = top + head + (h - head) / 2;
      group.panel = { x: x - w / 2 + 6, y: top + 6, width: w - 12, height: h - 12 };
      const radius = { x: Math.max(10, w / 2 - margin - 18), y: Math.max(10, (h - head) / 2 - margin) };
      group.ids.forEach((id, i) => {
        // Two stand beside each other, of more the first at the top.
        const turn = (i / group.ids.length) * 2 * Math.PI - (group.ids.length === 2 ? Math.PI : Math.PI / 2);
        const alone = group.ids.length === 1;
        this.places.set(id, {
          x: alone ? x : x + radius.x * Math.cos(turn),
          y: alone ? y : y + radius.y * Math.sin(turn),
          turn,
          centre: { x, y },
        });
      });
    });
  }

  isNamed() {
    return this.at.model.nodes.size <= MAX_NAMED;
  }

  draw() {
    if (!this.at || this.box.clientWidth === 0) {
      return;
    }
    const width = this.box.clientWidth;
    const wanted = Math.max(280, Math.min(width * 0.7, innerHeight * 0.6));
    const height = width < NARROW ? Math.max(wanted, this.groups.length * LEAST_PANEL) : wanted;
    const paint = prepare(this.canvas, width, height);
    const colour = colours();
    this.layout(width, height);
    if (this.groups.length > 1) {
      this.drawPanels(paint, colour);
    }
    paint.font = '13px system-ui, sans-serif';
    const crowded = this.pairs.length > MANY_LINKS;
    const faint = Math.max(LEAST_ALPHA, Math.min(1, MANY_LINKS / this.pairs.length));
    for (const pair of this.pairs) {
      if (this.pairs.length > MOST_LINES && !isBroken(pair) && pair.a !== this.pointed && pair.b !== this.pointed) {
        continue;
      }
      const touched = this.pointed === null || pair.a === this.pointed || pair.b === this.pointed;
      paint.globalAlpha = touched ? (this.pointed === null ? faint : 1) : Math.min(0.08, faint);
      this.drawLink(paint, colour, pair, crowded);
    }
    paint.globalAlpha = 1;
    for (const id of this.order) {
      this.drawNode(paint, colour, id);
    }
  }

  drawPanels(paint, colour) {
    paint.font = '13px system-ui, sans-serif';
    paint.textAlign = 'center';
    paint.textBaseline = 'top';
    paint.lineWidth = 1;
    for (const { name, panel } of this.groups) {
      paint.fillStyle = colour.surface;
      paint.strokeStyle = colour.line;
      paint.beginPath();
      paint.roundRect(panel.x, panel.y, panel.width, panel.height, 8);
      paint.fill();
      paint.stroke();
      paint.fillStyle = colour.quiet;
      paint.fillText(name, panel.x + panel.width / 2, panel.y + 10, panel.width - 12);
    }
  }

  drawLink(paint, colour, { a, b, there, back }, crowded) {
    const from = this.places.get(a);
    const to = this.places.get(b);
    if (from === undefined || to === undefined) {
      return;
    }
    const thereBad = there.status === 'offline';
    const backBad = back?.status === 'offline';
    const broken = thereBad || backBad;
    const oneWay = broken && (thereBad ? back?.status === 'online' : there.status === 'online');
    paint.setLineDash(broken ? (oneWay ? [7, 4] : [3, 4]) : []);
    paint.lineWidth = broken ? 2 : crowded ? 1 : 2;
    if (broken) {
      paint.globalAlpha = Math.max(paint.globalAlpha, this.pointed === null ? 0.9 : 0);
      paint.strokeStyle = oneWay ? colour.degraded : colour.offline;
    } else {
      const times = [there, back].filter((one) => one?.status === 'online').map((one) => one.rtt);
      const rtt = times.length === 0 ? NaN : times.reduce((sum, time) => sum + time, 0) / times.length;
      paint.strokeStyle = colour.rtt[bucket(rtt)] ?? colour.unknown;
    }
    paint.beginPath();
    paint.moveTo(from.x, from.y);
    paint.lineTo(to.x, to.y);
    paint.stroke();
    paint.setLineDash([]);
    if (oneWay) {
      drawArrow(paint, thereBad ? from : to, thereBad ? to : from, paint.strokeStyle);
    } else if (broken && !crowded) {
      const x = (from.x + to.x) / 2;
      const y = (from.y + to.y) / 2;
      paint.beginPath();
      paint.moveTo(x - 5, y - 5);
      paint.lineTo(x + 5, y + 5);
      paint.moveTo(x + 5, y - 5);
      paint.lineTo(x - 5, y + 5);
      paint.stroke();
    }
  }

  drawNode(paint, colour, id) {
    const { x, y, turn, centre } = this.places.get(id);
    const node = this.at.model.nodes.get(id);
    const kind = stateClass(node.state);
    const r = this.isNamed() ? 8 : kind === 'online' ? 3 : 5;
    paint.fillStyle = paint.strokeStyle = colour[kind];
    paint.lineWidth = 2;
    paint.beginPath();
    if (kind === 'online') {
      paint.arc(x, y, r, 0, 2 * Math.PI);
      paint.fill();
    } else if (kind === 'degraded') {
      paint.moveTo(x, y - r * 1.2);
      paint.lineTo(x + r * 1.2, y + r);
      paint.lineTo(x - r * 1.2, y + r);
      paint.fill();
    } else if (kind === 'offline') {
      paint.fillRect(x - r, y - r, 2 * r, 2 * r);
      paint.strokeStyle = colour.page;
      paint.moveTo(x - r / 2, y - r / 2);
      paint.lineTo(x + r / 2, y + r / 2);
      paint.moveTo(x + r / 2, y - r / 2);
      paint.lineTo(x - r / 2, y + r / 2);
      paint.stroke();
    } else {
      paint.moveTo(x, y - r * 1.2);
      paint.lineTo(x + r * 1.2, y);
      paint.lineTo(x, y + r * 1.2);
      paint.lineTo(x - r * 1.2, y);
      paint.closePath();
      paint.fillStyle = colour.page;
      paint.fill();
      paint.stroke();
    }
    if (id === this.pointed) {
      paint.strokeStyle = colour.focus;
      paint.beginPath();
      paint.arc(x, y, r + 5, 0, 2 * Math.PI);
      paint.stroke();
    }
    if (this.isNamed() || id === this.pointed) {
      paint.fillStyle = colour.text;
      const outside = { x: Math.sign(Math.round(Math.cos(turn) * 10)), y: Math.sin(turn) };
      const alone = x === centre.x && y === centre.y;
      paint.textAlign = alone || outside.x === 0 ? 'center' : outside.x > 0 ? 'left' : 'right';
      paint.textBaseline = 'middle';
      const dx = alone || outside.x === 0 ? 0 : outside.x * (r + 5);
      const dy = alone ? r + 12 : outside.x === 0 ? outside.y * (r + 12) : outside.y * 8;
      const text = id.length > 18 ? `${id.slice(0, 17)}…` : id;
      // A name at the edge goes as far in as it must.
      const wide = paint.measureText(text).width;
      const start = paint.textAlign === 'left' ? 0 : paint.textAlign === 'right' ? wide : wide / 2;
      const at = Math.max(2, Math.min(this.box.clientWidth - wide - 2, x + dx - start));
      paint.textAlign = 'left';
      paint.strokeStyle = colour.page;
      paint.lineWidth = 3;
      paint.strokeText(text, at, y + dy);
      paint.fillText(text, at, y + dy);
    }
  }

  nodeAt(event) {
    let nearest = null;
    let least = NEAR;
    for (const [id, place] of this.places) {
      const distance = Math.hypot(place.x - event.offsetX, place.y - event.offsetY);
      if (distance < least) {
        least = distance;
        nearest = id;
      }
    }
    return nearest;
  }

  point(id) {
    this.pointed = id !== null && this.at.model.nodes.has(id) ? id : null;
    const text =
      this.pointed === null ? this.hint() : `${this.at.model.nodes.get(this.pointed).in_words}.`;
    if (this.words.textContent !== text) {
      this.words.textContent = text;
    }
    this.draw();
  }

  hint() {
    const more = this.pairs.length > MOST_LINES ? ' Among so many, links that work are shown only of the node you are at.' : '';
    return `Point at a node, or go to it by arrow keys.${more}`;
  }

  key(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter') {
      this.open(this.pointed);
    } else if (step !== undefined && this.order.length > 0) {
      event.preventDefault();
      const from = this.pointed === null ? (step > 0 ? -1 : 0) : this.order.indexOf(this.pointed);
      this.point(this.order[(from + step + this.order.length) % this.order.length]);
    }
  }

  open(id) {
    if (id !== null) {
      const network = location.hash.split('/')[1] ?? '';
      location.hash = `#/${network}/node/${encodeURIComponent(id)}`;
    }
  }
}

/** In the middle of the line, towards whom nothing gets an answer. */
function drawArrow(paint, from, to, colour) {
  const turn = Math.atan2(to.y - from.y, to.x - from.x);
  paint.save();
  paint.translate((from.x + to.x) / 2, (from.y + to.y) / 2);
  paint.rotate(turn);
  paint.fillStyle = colour;
  paint.beginPath();
  paint.moveTo(8, 0);
  paint.lineTo(-6, 6);
  paint.lineTo(-6, -6);
  paint.fill();
  paint.restore();
}

function brokenTable(model) {
  const links = [...model.view.broken_links, ...model.view.settling_links];
  if (links.length === 0) {
    return el('p', {}, 'No link between nodes that report is broken.');
  }
  const rows = links.slice(0, MAX_ROWS);
  return table(
    rows.length < links.length ? `Broken links: ${rows.length} of ${links.length}` : 'Broken links',
    ['From', 'To', 'What it is'],
    rows.map((link) => ({
      key: `${link.from} ${link.to}`,
      cells: [nodeLink(link.from), nodeLink(link.to), `${link.in_words}.`],
    })),
  );
}
