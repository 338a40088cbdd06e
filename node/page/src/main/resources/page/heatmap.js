// Who reaches whom: a row for each observer, a column for each watched node. Only what is in sight is drawn.

import { colours, legend, prepare, redrawWhenSchemeChanges } from './canvas.js';
import { el, show, table } from './dom.js';
import { word } from './model.js';
import { nodeLink } from './parts.js';
import { bucket, count, said } from './words.js';

const LEAST_LABELS = 70;
const MOST_LABELS = 110;
const LABELLED_CELL = 11;
const LARGE_CELL = 16;
const MAX_CELL = 36;
const LEAST_BAD = 4;
const MAX_HEIGHT = 0.72;
const MAX_ROWS = 200;

let map = null;

export function showHeatMap(parent, at, now) {
  if (map === null || !parent.contains(map.root)) {
    map = new HeatMap();
    parent.replaceChildren(map.root);
  }
  map.update(at, now);
}

class HeatMap {
  constructor() {
    this.order = 'trouble';
    this.large = false;
    this.pointed = null;
    this.canvas = el('canvas', {
      tabindex: '0',
      role: 'img',
      'aria-label': 'Heat map. Arrow keys go from cell to cell, Enter opens the observer. The same is in the table below.',
    });
    this.space = el('div', {}, this.canvas);
    this.box = el('div', { class: 'map-box' }, this.space);
    this.words = el('p', { class: 'pointed', role: 'status' });
    this.summary = el('p', { class: 'quiet' });
    this.byTrouble = toggle('The worst first', () => this.choose({ order: 'trouble' }));
    this.byName = toggle('By name', () => this.choose({ order: 'name' }));
    this.zoom = toggle('Large cells', () => this.choose({ large: !this.large }));
    this.table = el('div');
    this.root = el(
      'div',
      {},
      el('h2', { tabindex: '-1' }, 'Who reaches whom'),
      this.summary,
      el('div', { class: 'tools' }, this.byTrouble, this.byName, this.zoom),
      this.words,
      this.box,
      legend([
        ['cell-offline', 'no answer'],
        ['cell-unknown', 'not known yet'],
        ['cell-small', 'small: does not count, the text tells why'],
        ['cell-lossy', 'corner: answers are lost'],
        ['cell-none', 'not watched'],
      ]),
      this.table,
    );
    this.box.addEventListener('scroll', () => this.draw());
    this.canvas.addEventListener('pointermove', (event) => this.point(this.cellAt(event)));
    this.canvas.addEventListener('pointerleave', () => this.point(null));
    this.canvas.addEventListener('click', (event) => this.open(this.cellAt(event)));
    this.canvas.addEventListener('keydown', (event) => this.key(event));
    new ResizeObserver(() => this.draw()).observe(this.box);
    redrawWhenSchemeChanges(() => this.draw());
  }

  choose(what) {
    Object.assign(this, what);
    this.pointed = null;
    this.update(this.at, this.now);
  }

  update(at, now) {
    this.at = at;
    this.now = now;
    this.ids = this.order === 'name' ? at.model.byName : at.model.byTrouble;
    this.longest = Math.max(0, ...this.ids.map((id) => id.length));
    this.byTrouble.setAttribute('aria-pressed', this.order === 'trouble');
    this.byName.setAttribute('aria-pressed', this.order === 'name');
    this.zoom.setAttribute('aria-pressed', this.large);
    const bad = this.ids.flatMap((observer) =>
      [...at.model.words.get(observer).values()].filter((one) => one.status === 'offline'),
    );
    const all = this.ids.reduce((sum, observer) => sum + at.model.words.get(observer).size, 0);
    this.summary.textContent = `${count(all, 'link is', 'links are')} watched among ${count(this.ids.length, 'node', 'nodes')}; on ${bad.length} there is no answer.`;
    show(this.table, badTable(bad, now));
    this.point(this.pointed);
  }

  /** Where everything is: cell size, margin for names, and the size of the whole. */
  layout() {
    const width = this.box.clientWidth;
    const n = Math.max(1, this.ids.length);
    const labels = Math.min(MOST_LABELS, Math.max(LEAST_LABELS, this.longest * 7.5 + 12));
    const fitting = Math.floor((width - labels) / n);
    const cell = this.large ? LARGE_CELL : Math.min(MAX_CELL, fitting >= LABELLED_CELL ? fitting : Math.max(1, width / n));
    const margin = cell >= LABELLED_CELL ? labels : 0;
    const whole = margin + cell * n;
    return { cell, margin, whole, width, height: Math.min(whole, Math.max(240, innerHeight * MAX_HEIGHT)) };
  }

  draw() {
    if (!this.at || this.box.clientWidth === 0) {
      return;
    }
    const { cell, margin, whole, height } = this.layout();
    this.space.style.width = `${whole}px`;
    this.space.style.height = `${whole}px`;
    this.box.style.height = `${height + 2}px`;
    const width = Math.min(this.box.clientWidth, whole);
    const high = Math.min(this.box.clientHeight, whole);
    const paint = prepare(this.canvas, width, high);
    const colour = colours();
    const left = this.box.scrollLeft;
    const top = this.box.scrollTop;
    const columns = new Map();
    const first = Math.floor(left / cell);
    const last = Math.min(this.ids.length, Math.ceil((left + width - margin) / cell));
    for (let i = first; i < last; i++) {
      columns.set(this.ids[i], margin + i * cell - left);
    }
    const firstRow = Math.floor(top / cell);
    const lastRow = Math.min(this.ids.length, Math.ceil((top + high - margin) / cell));
    paint.fillStyle = colour.surface;
    paint.fillRect(margin, margin, width - margin, high - margin);
    const gap = cell >= 5 ? 1 : 0;
    const bad = [];
    for (let row = firstRow; row < lastRow; row++) {
      const y = margin + row * cell - top;
      const observer = this.ids[row];
      paint.fillStyle = colour.line;
      const own = columns.get(observer);
      if (own !== undefined) {
        paint.fillRect(own, y, cell - gap, cell - gap);
      }
      for (const one of this.at.model.words.get(observer).values()) {
        const x = columns.get(one.target);
        if (x !== undefined && one.status === 'offline') {
          bad.push({ one, x, y });
        } else if (x !== undefined) {
          drawCell(paint, colour, one, x, y, cell - gap);
        }
      }
    }
    // Last, and never too small to be seen.
    const larger = Math.max(0, LEAST_BAD - cell);
    for (const { one, x, y } of bad) {
      drawCell(paint, colour, one, x - larger / 2, y - larger / 2, cell - gap + larger);
    }
    if (margin > 0) {
      this.drawNames(paint, colour, { cell, margin, left, top, first, last, firstRow, lastRow, width, high });
    }
    this.drawPointed(paint, colour, { cell, margin, left, top });
  }

  drawNames(paint, colour, { cell, margin, left, top, first, last, firstRow, lastRow, width, high }) {
    paint.fillStyle = colour.page;
    paint.fillRect(0, 0, width, margin);
    paint.fillRect(0, 0, margin, high);
    paint.font = `${Math.min(13, Math.max(10, cell - 2))}px system-ui, sans-serif`;
    paint.textBaseline = 'middle';
    paint.textAlign = 'right';
    const nodes = this.at.model.nodes;
    const tint = (id) => (nodes.get(id).state === 'Online' ? colour.text : colour[nodes.get(id).state.toLowerCase()]);
    for (let row = firstRow; row < lastRow; row++) {
      const y = margin + row * cell - top + cell / 2;
      if (y > margin) {
        paint.fillStyle = tint(this.ids[row]);
        paint.fillText(cut(paint, this.ids[row], margin - 8), margin - 5, y);
      }
    }
    paint.textAlign = 'left';
    for (let column = first; column < last; column++) {
      const x = margin + column * cell - left + cell / 2;
      if (x > margin) {
        paint.save();
        paint.translate(x, margin - 5);
        paint.rotate(-Math.PI / 2);
        paint.fillStyle = tint(this.ids[column]);
        paint.fillText(cut(paint, this.ids[column], margin - 8), 0, 0);
        paint.restore();
      }
    }
    paint.clearRect(0, 0, margin, margin);
    paint.fillStyle = colour.quiet;
    paint.font = '11px system-ui, sans-serif';
    paint.textAlign = 'right';
    paint.fillText('watched →', margin - 6, margin - 24);
    paint.fillText('observer ↓', margin - 6, margin - 9);
  }

  drawPointed(paint, colour, { cell, margin, left, top }) {
    if (this.pointed === null) {
      return;
    }
    const x = margin + this.pointed.column * cell - left;
    const y = margin + this.pointed.row * cell - top;
    if (x >= margin && y >= margin) {
      paint.strokeStyle = colour.focus;
      paint.lineWidth = 2;
      paint.strokeRect(x - 1, y - 1, cell + 1, cell + 1);
      if (cell < LABELLED_CELL) {
        paint.globalAlpha = 0.5;
        paint.lineWidth = 1;
        paint.strokeRect(-1, y - 0.5, 1e5, cell);
        paint.strokeRect(x - 0.5, -1, cell, 1e5);
        paint.globalAlpha = 1;
      }
    }
  }

  cellAt(event) {
    const { cell, margin } = this.layout();
    const column = Math.floor((event.offsetX - margin + this.box.scrollLeft) / cell);
    const row = Math.floor((event.offsetY - margin + this.box.scrollTop) / cell);
    const inside = event.offsetX >= margin && event.offsetY >= margin;
    return inside && column < this.ids.length && row < this.ids.length ? { row, column } : null;
  }

  point(cell) {
    this.pointed = cell === null || cell.row >= this.ids.length || cell.column >= this.ids.length ? null : cell;
    const text = this.pointed === null ? 'Point at a cell, or go to it by arrow keys.' : this.cellWords(this.pointed);
    if (this.words.textContent !== text) {
      this.words.textContent = text;
    }
    this.draw();
  }

  cellWords({ row, column }) {
    const observer = this.ids[row];
    const target = this.ids[column];
    if (row === column) {
      return `${observer}: itself`;
    }
    const one = word(this.at.model, observer, target);
    return one === null ? `${observer} → ${target}: not watched` : said(one, this.now);
  }

  key(event) {
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (event.key === 'Enter') {
      this.open(this.pointed);
    } else if (event.key in steps) {
      event.preventDefault();
      const [down, right] = steps[event.key];
      const from = this.pointed ?? { row: 0, column: 0 };
      const within = (i) => Math.max(0, Math.min(this.ids.length - 1, i));
      this.scrollTo(within(from.row + down), within(from.column + right));
    }
  }

  scrollTo(row, column) {
    const { cell, margin } = this.layout();
    const into = (start, size, at) =>
      at * cell < start ? at * cell : (at + 1) * cell + margin > start + size ? (at + 1) * cell + margin - size : start;
    this.box.scrollTop = into(this.box.scrollTop, this.box.clientHeight, row);
    this.box.scrollLeft = into(this.box.scrollLeft, this.box.clientWidth, column);
    this.point({ row, column });
  }

  open(cell) {
    if (cell !== null) {
      const network = location.hash.split('/')[1] ?? '';
      location.hash = `#/${network}/node/${encodeURIComponent(this.ids[cell.row])}`;
    }
  }
}

function toggle(text, chosen) {
  const button = el('button', { type: 'button', 'aria-pressed': 'false' }, text);
  button.addEventListener('click', chosen);
  return button;
}

function drawCell(paint, colour, one, x, y, size) {
  const small = one.standing !== 'counted' && size >= 4 ? size / 4 : 0;
  const s = size - 2 * small;
  const left = x + small;
  const top = y + small;
  if (one.status === 'offline') {
    paint.fillStyle = colour.offline;
    paint.fillRect(left, top, s, s);
    if (s >= 6) {
      paint.strokeStyle = colour.page;
      paint.lineWidth = Math.max(1, s / 9);
      paint.beginPath();
      paint.moveTo(left + s * 0.25, top + s * 0.25);
      paint.lineTo(left + s * 0.75, top + s * 0.75);
      paint.moveTo(left + s * 0.75, top + s * 0.25);
      paint.lineTo(left + s * 0.25, top + s * 0.75);
      paint.stroke();
    }
  } else if (one.status === 'online') {
    paint.fillStyle = colour.rtt[bucket(one.rtt)] ?? colour.unknown;
    paint.fillRect(left, top, s, s);
    if (one.loss > 0 && s >= 4) {
      paint.fillStyle = colour.degraded;
      paint.beginPath();
      paint.moveTo(left + s, top);
      paint.lineTo(left + s, top + s * 0.6);
      paint.lineTo(left + s * 0.4, top);
      paint.fill();
    }
  } else {
    paint.strokeStyle = colour.unknown;
    paint.lineWidth = 1;
    paint.strokeRect(left + 0.5, top + 0.5, s - 1, s - 1);
  }
}

/** The beginning of a name that is too long. */
function cut(paint, text, width) {
  let shown = text;
  while (shown.length > 1 && paint.measureText(shown).width > width) {
    shown = `${shown.slice(0, -2)}…`;
  }
  return shown;
}

function badTable(bad, now) {
  if (bad.length === 0) {
    return el('p', {}, 'Every link that is watched has its answers.');
  }
  const rows = bad.slice(0, MAX_ROWS);
  return table(
    rows.length < bad.length ? `Links without an answer: ${rows.length} of ${bad.length}` : 'Links without an answer',
    ['Observer', 'Watched', 'What it says'],
    rows.map((one) => ({
      key: `${one.observer} ${one.target}`,
      cells: [nodeLink(one.observer), nodeLink(one.target), said(one, now)],
    })),
  );
}
