"use strict";
const COLOURS = 7;
// Lines differ without colour, too.
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 2, 1, 2]];
const MOST_CURVES = 50;
// Points of all curves together: more than the pixels of a screen show nothing more.
const MOST_POINTS = 16000;
const SVG = "http://www.w3.org/2000/svg";

const element = (id) => document.getElementById(id);
const chosen = new Set();
const known = new Set();
const indices = new Map();
const tableRows = new Map();
const curves = new Map();
let rows = [];
let loaded = false;
let plot = null;
let plotKey = "";
let automatic = null;
let drawing = false;
let again = false;

// ------------------------------------------------------------------ small things

const figure = (v) => (v === undefined || v === null ? "" : String(Number(Number(v).toPrecision(4))));

function clock(seconds) {
  if (seconds === undefined) return "";
  const s = Math.round(seconds), h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
  return (h ? h + ":" + String(m).padStart(2, "0") : m) + ":" + String(s % 60).padStart(2, "0");
}

function look(name) {
  if (!indices.has(name)) indices.set(name, indices.size);
  const i = indices.get(name);
  return { colour: "--c" + (i % COLOURS), dash: DASHES[i % DASHES.length] };
}

function swatch(name) {
  const svg = document.createElementNS(SVG, "svg"), line = document.createElementNS(SVG, "path");
  svg.setAttribute("class", "swatch");
  svg.setAttribute("viewBox", "0 0 28 12");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", "M1 6H27");
  line.setAttribute("stroke-width", "3");
  line.setAttribute("stroke-dasharray", look(name).dash.join(" "));
  line.style.stroke = "var(" + look(name).colour + ")";
  svg.append(line);
  return svg;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

let forgets = 0;
function say(text) {
  const message = element("message");
  message.textContent = text;
  message.hidden = false;
  clearTimeout(forgets);
  forgets = setTimeout(() => { message.hidden = true; }, 8000);
}

async function json(address, options) {
  const response = await fetch(address, options);
  const answer = await response.json();
  if (!response.ok) {
    const error = new Error(answer.error);
    error.status = response.status;
    throw error;
  }
  return answer;
}

// ------------------------------------------------------------------ the table

function button(label, action) {
  const b = document.createElement("button");
  b.type = "button";
  b.textContent = label;
  b.hidden = true;
  b.addEventListener("click", action);
  return b;
}

// Rows stay the same elements while they change: a click or the focus is not lost.
function newRow(name) {
  const row = document.createElement("tr"), cells = {};
  const cell = (key, label, style) => {
    const td = row.insertCell();
    td.className = style;
    if (label) td.dataset.label = label;
    cells[key] = td;
    return td;
  };
  const box = document.createElement("input");
  box.type = "checkbox";
  box.setAttribute("aria-label", "draw " + name);
  box.addEventListener("change", () => choose(name, box.checked));
  cell("box", "", "box").append(box);
  const reason = document.createElement("span");
  reason.className = "reason";
  cell("name", "", "name").append(swatch(name), " ", name, reason);
  cell("status", "", "status");
  const bar = document.createElement("progress"), position = document.createElement("span");
  bar.setAttribute("aria-label", "progress of " + name);
  cell("progress", "", "progress").append(bar, " ", position);
  for (const key of ["time left", "return", "loss", "converged", "audit"]) cell(key, key, "figure");
  const buttons = {
    stop: button("stop", () => stop(name)),
    resume: button("resume", () => act("resume", { run: name })),
    video: button("video", () => video(name)),
  };
  cell("actions", "", "actions").append(...Object.values(buttons));
  return { row, cells, box, bar, position, reason, buttons };
}

function update(view, run) {
  view.box.checked = chosen.has(run.name);
  view.box.disabled = run.position === undefined && run.return === undefined;
  setText(view.reason, run.reason || "");
  setText(view.cells.status, run.status);
  view.cells.status.className = "status " + run.status;
  const share = run.budget ? (run.position || 0) / run.budget : 0;
  view.bar.hidden = !run.budget;
  view.bar.value = share;
  setText(view.position, run.budget ? (run.position || 0) + " of " + run.budget : figure(run.position));
  setText(view.cells["time left"], run.status === "running" ? clock(run.left) : "");
  setText(view.cells.return, figure(run.return));
  setText(view.cells.loss, figure(run.loss));
  setText(view.cells.converged, run.converged === undefined ? "" : Math.round(100 * run.converged) + " %");
  setText(view.cells.audit, figure(run.audit));
  view.buttons.stop.hidden = run.status !== "running";
  setText(view.buttons.stop, run.sweep ? "stop sweep" : "stop");
  view.buttons.resume.hidden = run.status !== "stopped";
  view.buttons.video.hidden = !run.video;
}

function matches(run) {
  const words = element("find").value.toLowerCase().split(/\s+/);
  const text = (run.name + " " + run.status).toLowerCase();
  return words.every((word) => text.includes(word));
}

function showRows() {
  const body = element("runs"), present = new Set();
  let at = 0;
  for (const run of rows) {
    present.add(run.name);
    if (!tableRows.has(run.name)) tableRows.set(run.name, newRow(run.name));
    const view = tableRows.get(run.name);
    update(view, run);
    view.row.hidden = !matches(run);
    if (body.children[at] !== view.row) body.insertBefore(view.row, body.children[at] || null);
    at++;
  }
  for (const [name, view] of tableRows) {
    if (!present.has(name)) {
      view.row.remove();
      tableRows.delete(name);
      chosen.delete(name);
      curves.delete(name);
    }
  }
}

function choose(name, on) {
  if (on && chosen.size >= MOST_CURVES) {
    say("at most " + MOST_CURVES + " curves at once; take others away first");
    tableRows.get(name).box.checked = false;
    return;
  }
  if (on) chosen.add(name); else chosen.delete(name);
  draw();
}

function chooseAll(on) {
  if (!on) {
    chosen.clear();
  } else {
    const found = rows.filter((run) => matches(run) && !tableRows.get(run.name).box.disabled);
    for (const run of found) if (chosen.size < MOST_CURVES) chosen.add(run.name);
    if (found.some((run) => !chosen.has(run.name))) say("the first " + MOST_CURVES + " of " + found.length + " are drawn");
  }
  showRows();
  draw();
}

// ------------------------------------------------------------------ acting

async function act(what, body) {
  if (!element("token").value) {
    say("enter the token that difftop dashboard printed");
    element("token").focus();
    return false;
  }
  try {
    const answer = await json("api/" + what, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Difftop-Token": element("token").value },
      body: JSON.stringify(body),
    });
    say(what + ": asked " + answer.asked);
    return true;
  } catch (error) {
    say(what + ": " + error.message);
    if (error.status === 401) element("token").focus();
    return false;
  }
}

function stop(name) {
  const run = rows.find((r) => r.name === name);
  const all = rows.filter((r) => r.sweep === run.sweep && r.status === "running").length;
  if (run.sweep && !confirm("Stop the sweep " + run.sweep + " and its " + all + " running runs? The same command resumes it.")) return;
  act("stop", { run: name });
}

async function openStart() {
  try {
    const names = (await json("api/configurations")).configurations;
    element("config").replaceChildren(...names.map((name) => new Option(name, name)));
    if (!names.length) { say("there is no configuration in the folder: put a YAML file there"); return; }
    element("start").showModal();
  } catch (error) {
    say(error.message);
  }
}

async function closeStart() {
  const dialog = element("start");
  if (dialog.returnValue !== "start") return;
  if (await act("start", { run: element("name").value, config: element("config").value })) element("name").value = "";
}

function video(run) {
  const dialog = element("video");
  dialog.querySelector("h2").textContent = "last video of " + run;
  dialog.querySelector("img").src = "api/video?run=" + encodeURIComponent(run);
  dialog.showModal();
}

// ------------------------------------------------------------------ curves

function stateOf(run, name, points) {
  return [name, points, run.position, run.return].join(" ");
}

// Only what has changed is asked for.
async function fetchCurves(name, shown) {
  const points = Math.max(50, Math.min(800, Math.round(MOST_POINTS / shown.length)));
  const stale = shown.filter((run) => !curves.has(run.name) || curves.get(run.name).state !== stateOf(run, name, points));
  if (!stale.length) return;
  const query = stale.map((run) => "run=" + encodeURIComponent(run.name)).join("&");
  const answer = await json("api/curves?name=" + encodeURIComponent(name) + "&points=" + points + "&" + query);
  answer.curves.forEach((curve, i) => curves.set(curve.run, { ...curve, state: stateOf(stale[i], name, points) }));
}

// One drawing at a time; a change while it is going on draws once more.
async function draw() {
  if (drawing) { again = true; return; }
  drawing = true;
  try {
    const name = element("curve").value;
    const shown = rows.filter((run) => chosen.has(run.name)).slice(0, MOST_CURVES);
    if (name && shown.length) await fetchCurves(name, shown);
    show(name, shown.map((run) => curves.get(run.name)).filter((curve) => curve && curve.x.length));
  } catch (error) {
    say(error.message);
  }
  drawing = false;
  if (again) { again = false; draw(); }
}

function emptiness(name) {
  if (!loaded) return "";
  if (!rows.length) return "There are no runs here yet. Runs that train or sweep writes into this folder appear by themselves.";
  if (!name) return "No run has logged anything yet.";
  return chosen.size ? "None of the chosen runs has values of " + name + " yet." : "No run is chosen: tick those to draw.";
}

function show(name, shown) {
  const nothing = !shown.length;
  element("empty").hidden = !nothing;
  element("chart").hidden = nothing;
  setText(element("empty"), nothing ? emptiness(name) : "");
  if (nothing) {
    if (plot) plot.destroy();
    plot = null;
    setText(element("reading"), "");
    return;
  }
  element("chart").setAttribute("aria-label", name + " of " + shown.length + " runs");
  const log = element("log").checked;
  const data = uPlot.join(shown.map((c) => [c.x, log ? c.y.map((v) => (v > 0 ? v : null)) : c.y]));
  const key = JSON.stringify([name, log, shown.map((c) => [c.run, c.x.length < 30])]);
  if (plot && plotKey === key) {
    // What somebody zoomed into stays.
    const zoomed = plot.scales.x.min !== automatic[0] || plot.scales.x.max !== automatic[1];
    plot.setData(data, !zoomed);
    if (zoomed) plot.redraw(true); else automatic = [plot.scales.x.min, plot.scales.x.max];
    return;
  }
  if (plot) plot.destroy();
  plotKey = key;
  plot = newPlot(name, shown, data);
  automatic = [plot.scales.x.min, plot.scales.x.max];
}

function size() {
  return { width: element("chart").clientWidth, height: Math.round(Math.min(360, Math.max(220, window.innerHeight * 0.4))) };
}

// The nearest index with a value: joined curves have none at the positions of others.
function nearest(u, series, index) {
  const values = u.data[series];
  for (let d = 0; d < values.length; d++) {
    if (values[index - d] != null) return index - d;
    if (values[index + d] != null) return index + d;
  }
  return index;
}

function newPlot(name, shown, data) {
  const style = getComputedStyle(document.documentElement);
  const colour = (key) => style.getPropertyValue(key).trim();
  const ink = colour("--soft"), line = colour("--line");
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line }, font: "13px system-ui, sans-serif", labelFont: "13px system-ui, sans-serif" };
  const reading = (u) => {
    const focus = u.series.findIndex((s, i) => i > 0 && s._focus);
    const at = focus > 0 ? u.cursor.idxs[focus] : null;
    if (at == null || u.data[focus][at] == null) { setText(element("reading"), ""); return; }
    setText(element("reading"), shown[focus - 1].run + ": " + figure(u.data[focus][at]) + " at " + u.data[0][at]);
  };
  return new uPlot({
    ...size(),
    scales: { x: { time: false }, y: { distr: element("log").checked ? 3 : 1 } },
    cursor: { focus: { prox: 30 }, dataIdx: nearest, ...(shown.length > 12 ? { points: { show: false } } : {}) },
    focus: { alpha: 0.25 },
    hooks: { setCursor: [reading], setSeries: [reading] },
    axes: [{ ...axis, label: "position", space: 60 }, { ...axis, label: name, size: 62, values: (u, ticks) => ticks.map(figure) }],
    series: [{ label: "position" }].concat(shown.map((c) => ({
      label: c.run, stroke: colour(look(c.run).colour), dash: look(c.run).dash, width: 2, spanGaps: true, points: { show: c.x.length < 30, fill: colour(look(c.run).colour) },
    }))),
  }, data, element("chart"));
}

function redraw() {
  if (plot) plot.destroy();
  plot = null;
  draw();
}

// ------------------------------------------------------------------ what arrives

function offer(names) {
  const select = element("curve"), there = [...select.options].map((o) => o.value);
  const added = names.filter((name) => !there.includes(name));
  if (!added.length) return;
  const before = select.value, first = !there.length;
  select.replaceChildren(...names.map((name) => new Option(name, name)));
  select.value = first ? names[0] : before;
}

function receive(data) {
  loaded = true;
  rows = data.runs;
  setText(element("folder"), data.folder);
  offer(data.curves);
  element("drawing").hidden = !data.curves.length;
  element("finding").hidden = !rows.length;
  for (const run of rows) {
    const drawn = run.position !== undefined || run.return !== undefined;
    if (drawn && !known.has(run.name)) {
      known.add(run.name);
      if (chosen.size < MOST_CURVES) chosen.add(run.name);
    }
  }
  showRows();
  const count = (status) => rows.filter((r) => r.status === status).length;
  const parts = [rows.length + (rows.length === 1 ? " run" : " runs")];
  for (const status of ["running", "finished", "waiting", "stopped", "failed", "crashed", "timed-out"]) {
    if (count(status)) parts.push(count(status) + " " + status);
  }
  setText(element("state"), parts.join(", "));
  draw();
}

const events = new EventSource("api/events");
events.onmessage = (event) => receive(JSON.parse(event.data));
events.onerror = () => setText(element("state"), "no connection to the dashboard; trying again …");
element("curve").addEventListener("change", () => { setText(element("reading"), ""); draw(); });
element("log").addEventListener("change", draw);
element("find").addEventListener("input", showRows);
element("all").addEventListener("click", () => chooseAll(true));
element("none").addEventListener("click", () => chooseAll(false));
element("new").addEventListener("click", openStart);
element("start").addEventListener("close", closeStart);
element("token").value = sessionStorage.getItem("difftop-token") || "";
element("token").addEventListener("change", () => sessionStorage.setItem("difftop-token", element("token").value));
window.addEventListener("resize", () => { if (plot) plot.setSize(size()); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
