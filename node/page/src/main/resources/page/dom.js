// Elements made of texts. Whatever comes from outside gets in as text or as an attribute that carries no script.

/**
 * An element. A child is an element, a text, or null for none; attributes are strings, or null for none. Of the children
 * of a list, `key` tells which is which when the list changes.
 */
export function el(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** The same of a drawing. */
export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) {
      element.setAttribute(attribute === 'key' ? 'data-key' : attribute, String(value));
    }
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined) {
      element.append(child);
    }
  }
  return element;
}

/** Makes the children of `parent` like these, and leaves alone what is the same: focus and selection stay. */
export function show(parent, ...children) {
  const fresh = document.createElement(parent.nodeName);
  fresh.append(...children.flat().filter((child) => child !== null && child !== undefined));
  patchChildren(parent, fresh);
}

function patchChildren(old, fresh) {
  const byKey = new Map();
  for (const child of old.children) {
    if (child.dataset.key !== undefined) {
      byKey.set(child.dataset.key, child);
    }
  }
  let at = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const key = wanted.dataset?.key;
    const same = key === undefined ? at : byKey.get(key);
    if (same && isLike(same, wanted)) {
      if (same === at) {
        at = at.nextSibling;
      } else {
        old.insertBefore(same, at);
      }
      patch(same, wanted);
    } else {
      old.insertBefore(wanted, at);
    }
  }
  while (at !== null) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function isLike(old, wanted) {
  return old.nodeType === wanted.nodeType && old.nodeName === wanted.nodeName && old.dataset?.key === wanted.dataset?.key;
}

function patch(old, wanted) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== wanted.data) {
      old.data = wanted.data;
    }
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (!wanted.hasAttribute(name)) {
      old.removeAttribute(name);
    }
  }
  for (const { name, value } of wanted.attributes) {
    if (old.getAttribute(name) !== value) {
      old.setAttribute(name, value);
    }
  }
  patchChildren(old, wanted);
}

/** A table. Columns are headings, rows `{key, cells}` of what `el` takes as children. */
export function table(caption, columns, rows) {
  return el(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    el(
      'table',
      {},
      el('caption', {}, caption),
      el('thead', {}, el('tr', {}, columns.map((column) => el('th', { scope: 'col' }, column)))),
      el(
        'tbody',
        {},
        rows.map((row) =>
          el(
            'tr',
            { key: row.key },
            row.cells.map((cell, i) => (i === 0 ? el('th', { scope: 'row' }, cell) : el('td', {}, cell))),
          ),
        ),
      ),
    ),
  );
}
