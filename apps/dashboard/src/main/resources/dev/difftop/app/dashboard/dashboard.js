"use strict";
// Colours of Okabe and Ito, with dashes: lines differ without colour, too.
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a8a8a"];
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 2, 1, 2]];
const STYLES = ["solid", "dashed", "dotted", "double", "groove"];

const element = (id) => document.getElementById(id);
const chosen = new Set();
const indices = new Map();
let rows = [];
let plot = null;
let drawing = false;
let again = false;

function look(name) {
  if (!indices.has(name)) indices.set(name, indices.size);
  const i = indices.get(name);
  return { colour: COLOURS[i % COLOURS.length], dash: DASHES[i % DASHES.length], style: STYLES[i % STYLES.length] };
}

const figure = (v) => (v === undefined || v === null ? "" : String(Number(Number(v).toPrecision(4))));

function clock(seconds) {
  if (seconds === undefined) return "";
  const s = Math.round(seconds), h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
  return (h ? h + ":" + String(m).padStart(2, "0") : m) + ":" + String(s % 60).padStart(2, "0");
}

function cell(row, content) {
  const td = row.insertCell();
  if (content instanceof Node) td.append(content); else td.textContent = content;
  return td;
}

function button(label, action) {
  const b = document.createElement("button");
  b.textContent = label;
  b.addEventListener("click", action);
  return b;
}

function showRows() {
  const body = document.createElement("tbody");
  body.id = "runs";
  for (const run of rows) {
    const row = body.insertRow();
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = chosen.has(run.name);
    box.setAttribute("aria-label", "show " + run.name);
    box.addEventListener("change", () => {
      if (box.checked) chosen.add(run.name); else chosen.delete(run.name);
      draw();
    });
    cell(row, box);
    const name = document.createElement("span");
    const swatch = document.createElement("span");
    swatch.className = "swatch";
    swatch.style.borderTopColor = look(run.name).colour;
    swatch.style.borderTopStyle = look(run.name).style;
    name.append(swatch, " ", run.name);
    cell(row, name);
    cell(row, run.status);
    const bar = document.createElement("progress");
    bar.max = run.budget || 1;
    bar.value = run.position || 0;
    const progress = document.createElement("span");
    progress.append(bar, " " + (run.position || 0));
    cell(row, progress);
    cell(row, run.status === "running" ? clock(run.left) : "");
    cell(row, figure(run.return));
    cell(row, figure(run.loss));
    cell(row, run.converged === undefined ? "" : Math.round(100 * run.converged) + " %");
    cell(row, figure(run.audit));
    const actions = cell(row, "");
    if (run.status === "running") actions.append(button("stop", () => act("stop", run.name)));
    if (run.status === "stopped") actions.append(button("resume", () => act("resume", run.name)));
    if (run.video) actions.append(button("video", () => video(run.name)));
  }
  element("runs").replaceWith(body);
}

async function json(address, options) {
  const response = await fetch(address, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

async function act(what, run) {
  try {
    const answer = await json("api/" + what, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Difftop-Token": element("token").value },
      body: JSON.stringify({ run }),
    });
    element("message").textContent = what + ": asked " + answer.asked;
  } catch (error) {
    element("message").textContent = what + ": " + error.message;
  }
}

function video(run) {
  const figure = element("video");
  figure.hidden = false;
  figure.querySelector("figcaption").textContent = "last video of " + run;
  figure.querySelector("img").src = "api/video?run=" + encodeURIComponent(run);
}

async function names() {
  const select = element("curve"), known = new Set([...select.options].map((o) => o.value));
  for (const run of rows.slice(0, 5)) {
    for (const name of (await json("api/names?run=" + encodeURIComponent(run.name))).names) {
      if (!known.has(name)) {
        known.add(name);
        select.append(new Option(name, name));
      }
    }
  }
}

// One drawing at a time; a change while it is going on draws once more.
async function draw() {
  if (drawing) { again = true; return; }
  drawing = true;
  try {
    const name = element("curve").value;
    const runs = [...chosen].filter((n) => rows.some((r) => r.name === n));
    if (name && runs.length) {
      const query = runs.map((r) => "run=" + encodeURIComponent(r)).join("&");
      plotCurves((await json("api/curves?name=" + encodeURIComponent(name) + "&" + query)).curves, name);
    } else if (plot) {
      plot.destroy();
      plot = null;
    }
  } catch (error) {
    element("message").textContent = error.message;
  }
  drawing = false;
  if (again) { again = false; draw(); }
}

function plotCurves(curves, name) {
  const shown = curves.filter((c) => c.x.length);
  if (plot) plot.destroy();
  plot = null;
  if (!shown.length) return;
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue("--soft").trim(), line = style.getPropertyValue("--line").trim();
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line } };
  plot = new uPlot({
    width: element("chart").clientWidth,
    height: Math.min(360, Math.max(220, window.innerHeight * 0.4)),
    scales: { x: { time: false } },
    axes: [{ ...axis, label: "position" }, { ...axis, label: name, size: 70, values: (u, ticks) => ticks.map(figure) }],
    series: [{ label: "position" }].concat(shown.map((c) => ({
      label: c.run, stroke: look(c.run).colour, dash: look(c.run).dash, width: 2, spanGaps: true, points: { show: c.x.length < 30 },
    }))),
  }, uPlot.join(shown.map((c) => [c.x, c.y])), element("chart"));
}

function receive(data) {
  const first = rows.length === 0;
  const known = new Set(rows.map((r) => r.name));
  rows = data.runs;
  for (const run of rows) if (!known.has(run.name) && chosen.size < 50) chosen.add(run.name);
  showRows();
  element("state").textContent = rows.length + " runs, " + rows.filter((r) => r.status === "running").length + " running";
  (first ? names() : Promise.resolve()).then(draw);
}

const events = new EventSource("api/events");
events.onmessage = (event) => receive(JSON.parse(event.data));
events.onerror = () => { element("state").textContent = "no connection; trying again …"; };
element("curve").addEventListener("change", draw);
window.addEventListener("resize", draw);
