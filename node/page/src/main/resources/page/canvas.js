// What graph and heat map share: a canvas as sharp as the screen, in the colours of the style sheet.

import { el } from './dom.js';
import { BUCKETS_MS, bucketWords } from './words.js';

const MAX_RATIO = 2;

/** Fits the canvas to so many CSS pixels; returns what to draw with, in these. */
export function prepare(canvas, width, height) {
  const ratio = Math.min(MAX_RATIO, devicePixelRatio || 1);
  const wide = Math.round(width * ratio);
  const high = Math.round(height * ratio);
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** The colours of the style sheet, light or dark as it is now. */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: colour('text'),
    quiet: colour('quiet'),
    page: colour('page'),
    line: colour('line'),
    surface: colour('surface'),
    online: colour('online'),
    degraded: colour('degraded'),
    offline: colour('offline'),
    unknown: colour('unknown'),
    focus: colour('focus'),
    rtt: BUCKETS_MS.map((_, i) => colour(`rtt-${i}`)),
  };
}

/** What the colours and signs of links mean. */
export function legend(more) {
  return el(
    'ul',
    { class: 'legend', 'aria-label': 'Legend' },
    BUCKETS_MS.map((_, i) => el('li', {}, el('span', { class: `swatch rtt-${i}` }), bucketWords(i))),
    more.map(([kind, text]) => el('li', {}, el('span', { class: `swatch ${kind}` }), text)),
  );
}

export function redrawWhenSchemeChanges(draw) {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
}
