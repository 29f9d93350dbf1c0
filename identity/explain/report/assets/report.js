'use strict';

// Legends whose entries bring one series out; a second press lets all be alike again.
for (const button of document.querySelectorAll('.legend button[data-series]')) {
  button.addEventListener('click', () => {
    const section = button.closest('section');
    const chosen = button.getAttribute('aria-pressed') === 'true' ? null : button.dataset.series;
    for (const other of section.querySelectorAll('.legend button[data-series]')) {
      other.setAttribute('aria-pressed', String(other.dataset.series === chosen));
    }
    for (const mark of section.querySelectorAll('rect[data-series]')) {
      mark.classList.toggle('dim', chosen !== null && mark.dataset.series !== chosen);
    }
  });
}

function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: of('text'), muted: of('muted'), card: of('card'), page: of('page'), line: of('line'),
    refused: of('refused'), accent: of('accent'),
    company: of('c2'), contact: of('c0'), email: of('c0'), domain: of('c2'), crm: of('c5'),
    user: of('c8'), workspace: of('c4'), anonymous: of('c9'), phone: of('c7'), other: of('muted'),
  };
}

function styleOf(c) {
  const kinds = ['email', 'domain', 'crm', 'user', 'workspace', 'anonymous', 'phone', 'other'];
  return [
    { selector: 'node', style: {
      'label': 'data(name)', 'font-size': 13, 'color': c.text, 'text-valign': 'center',
      'text-halign': 'right', 'text-margin-x': 7, 'width': 15, 'height': 15,
      'background-color': c.other, 'text-max-width': 240, 'text-wrap': 'ellipsis' } },
    { selector: 'node[side = "left"]', style: { 'text-halign': 'left', 'text-margin-x': -7 } },
    ...kinds.map((kind) => ({ selector: `node[kind = "${kind}"]`, style: { 'background-color': c[kind] } })),
    { selector: 'node[!box]:orphan', style: {
      'text-halign': 'center', 'text-valign': 'top', 'text-margin-x': 0, 'text-margin-y': -5 } },
    { selector: 'node[?box]', style: {
      'shape': 'round-rectangle', 'background-color': c.card, 'background-opacity': 1,
      'border-width': 1.5, 'border-color': c.contact, 'padding': 12, 'text-valign': 'top',
      'text-halign': 'center', 'text-margin-x': 0, 'text-margin-y': -5, 'font-weight': 600,
      'compound-sizing-wrt-labels': 'include', 'text-max-width': 230 } },
    { selector: 'node[kind = "company"]', style: { 'border-color': c.company, 'border-width': 2.5 } },
    { selector: 'edge', style: {
      'width': 1.5, 'line-color': c.muted, 'curve-style': 'unbundled-bezier',
      'control-point-distances': arc, 'control-point-weights': 0.5 } },
    { selector: 'edge[kind = "ended"]', style: { 'line-style': 'dashed' } },
    { selector: 'edge[kind = "member"]', style: {
      'line-style': 'dotted', 'width': 1.5, 'line-color': c.muted, 'curve-style': 'straight' } },
    { selector: 'edge[kind = "refused"]', style: {
      'line-color': c.refused, 'width': 3, 'label': 'data(caption)', 'font-size': 12,
      'color': c.refused, 'text-background-color': c.page, 'text-background-opacity': 1,
      'text-background-padding': 2, 'text-rotation': 'autorotate', 'z-index': 9 } },
    { selector: ':selected', style: { 'border-color': c.accent, 'border-width': 3, 'line-color': c.accent } },
    { selector: '.faded', style: { 'opacity': 0.22 } },
  ];
}

function elementsOf(given) {
  const dots = given.dots.map((dot) => ({
    data: { ...dot, ...(dot.parent === null ? { parent: undefined } : {}) }, grabbable: true,
  }));
  const lines = given.lines.map((line) => ({ data: { ...line, source: line.src, target: line.dst } }));
  return [...dots, ...lines];
}

const ROW = 30;
const OUTSIDE_ROW = 56;
const GAP = 64;
const COLUMN = 370;
const NARROW = 620;

// A place for everything: cards side by side with their identifiers in rows, the company in the
// middle, and above it what was refused. Dots face the middle, so that lines between cards run
// beside them. Nothing is left to chance, so it is the same each time.
function placesOf(given, width) {
  const boxes = given.dots.filter((dot) => dot.box);
  const rows = new Map(boxes.map((box) => [box.id, []]));
  const outside = [];
  for (const dot of given.dots) if (!dot.box) (rows.get(dot.parent) ?? outside).push(dot.id);
  const columns = width < NARROW ? [[null, boxes[0].id, ...boxes.slice(1).map((box) => box.id)]] : [[], [], []];
  if (columns.length > 1) {
    columns[1].push(null, boxes[0].id);
    const height = [0, 0];
    for (const box of boxes.slice(1)) {
      const side = height[0] <= height[1] ? 0 : 1;
      columns[2 * side].push(box.id);
      height[side] += rows.get(box.id).length * ROW + GAP;
    }
  }
  const places = {};
  const heightOf = (id) => (id ? rows.get(id).length * ROW : outside.length * OUTSIDE_ROW) + GAP;
  const tall = (ids) => ids.reduce((sum, id) => sum + heightOf(id), 0);
  columns.forEach((ids, n) => {
    let y = -tall(ids) / 2;
    for (const id of ids) {
      for (const row of id ? rows.get(id) : outside) {
        const x = n * COLUMN - (id || columns.length === 1 ? 0 : 130);
        places[row] = { x, y, side: n === 0 && columns.length > 1 ? 'left' : 'right' };
        y += id ? ROW : OUTSIDE_ROW;
      }
      y += GAP;
    }
  });
  return places;
}

// Lines inside a card are arcs beside its dots, wider the more rows they span.
function arc(edge) {
  const { x: x1, y: y1 } = edge.source().position();
  const { x: x2, y: y2 } = edge.target().position();
  if (x1 !== x2) return 0;
  const out = edge.source().data('side') === 'left' ? -1 : 1;
  return out * (y2 > y1 ? 1 : -1) * (10 + 0.24 * Math.abs(y2 - y1));
}

function drawGraph(given) {
  const container = document.getElementById('graph');
  const cy = cytoscape({
    container, elements: elementsOf(given), style: styleOf(colours()), minZoom: 0.2, maxZoom: 3,
    layout: { name: 'null' }, boxSelectionEnabled: false, userZoomingEnabled: false,
  });
  const showAll = () => {
    const places = placesOf(given, container.clientWidth);
    for (const [id, place] of Object.entries(places)) cy.getElementById(id).data('side', place.side);
    // In one column everything hangs below the company anyway.
    cy.edges('[kind = "member"]').style('display', container.clientWidth < NARROW ? 'none' : 'element');
    cy.layout({ name: 'preset', positions: (node) => places[node.id()], fit: false }).run();
    const box = cy.elements().boundingBox();
    const zoom = Math.min(1.15, (container.clientWidth - 32) / box.w);
    container.style.height = `${Math.ceil(box.h * zoom) + 32}px`;
    cy.resize();
    cy.fit(undefined, 16);
  };
  showAll();

  const zoomBy = (factor) => cy.zoom({
    level: cy.zoom() * factor,
    renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 },
  });
  const actions = { in: () => zoomBy(1.25), out: () => zoomBy(0.8), fit: showAll };
  for (const button of document.querySelectorAll('button[data-zoom]')) {
    button.addEventListener('click', actions[button.dataset.zoom]);
  }

  cy.on('select', 'node, edge', (event) => tell(cy, event.target));
  cy.on('unselect', () => cy.elements().removeClass('faded'));
  listen(container, cy, actions);
  let width = container.clientWidth;
  window.addEventListener('resize', () => {
    if (container.clientWidth !== width) showAll();
    width = container.clientWidth;
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => cy.style(styleOf(colours())));
  window.reportGraph = cy;
}

// Arrow keys step through the identifiers. The wheel zooms only with a key held, so that scrolling
// past the drawing scrolls the page.
function listen(container, cy, actions) {
  const order = cy.nodes().filter((node) => !node.data('box'));
  let at = -1;
  container.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step) {
      at = (at + step + order.length) % order.length;
      cy.elements().unselect();
      order[at].select();
    } else if (event.key === '+' || event.key === '=') actions.in();
    else if (event.key === '-') actions.out();
    else if (event.key === '0') actions.fit();
    else if (event.key === 'Escape') cy.elements().unselect();
    else return;
    event.preventDefault();
  });
  container.addEventListener('wheel', (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    (event.deltaY < 0 ? actions.in : actions.out)();
  }, { passive: false });
}

// Everything is set as text, never as markup: names come from sources.
function tell(cy, chosen) {
  const near = chosen.isNode() ? chosen.closedNeighborhood() : chosen.union(chosen.connectedNodes());
  const kept = near.union(near.parents()).union(chosen.descendants());
  cy.elements().addClass('faded');
  kept.union(kept.connectedEdges().filter((e) => kept.contains(e.source()) && kept.contains(e.target())))
    .removeClass('faded');
  const list = document.createElement('dl');
  const name = chosen.isNode() ? chosen.data('name') : chosen.data('caption');
  const heading = document.createElement('h3');
  heading.textContent = name;
  for (const [label, value] of chosen.data('facts')) {
    const term = document.createElement('dt');
    const text = document.createElement('dd');
    term.textContent = label;
    text.textContent = value;
    list.append(term, text);
  }
  document.getElementById('graph-details').replaceChildren(heading, list);
}

const source = document.getElementById('graph-data');
if (source) drawGraph(JSON.parse(source.textContent));
