// Searches the corpus within this page: nothing is sent anywhere and nothing is kept.
"use strict";
const parts = {};
const waiting = {};
function yinju(kind, number, content) {
  parts[kind + number] = content;
  (waiting[kind + number] || []).forEach((resolve) => resolve(content));
}
function load(kind, number, file) {
  const name = kind + number;
  if (name in parts) return Promise.resolve(parts[name]);
  return new Promise((resolve) => {
    if (waiting[name]) { waiting[name].push(resolve); return; }
    waiting[name] = [resolve];
    const script = document.createElement("script");
    script.src = "search/" + file;
    script.onerror = () => yinju(kind, number, kind === "texts" ? [] : {});
    document.head.append(script);
  });
}
const HAN = "\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff";
const RUNS = new RegExp(`[${HAN}]+|[a-z0-9\\u00c0-\\u024f\\u0370-\\u1fff]+`, "g");
function folded(text, simple) {
  return Array.from(text.normalize("NFKC").replace(/[\u200c\u200d]/g, "").toLowerCase(), (c) => simple[c] || c).join("");
}
function terms(text) {
  const found = new Set();
  for (const run of text.match(RUNS) || []) {
    if (run[0] < "\u3400" || run.length === 1) found.add(run);
    else for (let at = 0; at + 1 < run.length; at++) found.add(run.slice(at, at + 2));
  }
  return [...found];
}
function shard(term, shards) {
  let value = 0;
  for (let at = 0; at < term.length; at++) value = (value * 31 + term.charCodeAt(at)) % 65521;
  return value % shards;
}
async function find(question) {
  const settings = await load("settings", 0, "index.js");
  const wanted = terms(folded(question, settings.simple)).slice(0, 40);
  const scores = new Map();
  for (const term of wanted) {
    const number = shard(term, settings.shards);
    const postings = (await load("terms", number, `t${number}.js`))[term] || [];
    const says = Math.log(1 + (settings.passages + 1) / (postings.length + 0.5));
    for (const passage of postings) scores.set(passage, (scores.get(passage) || 0) + says);
  }
  const ranked = [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 20);
  const results = [];
  for (const [passage] of ranked) {
    const file = Math.floor(passage / settings.texts);
    const texts = await load("texts", file, `p${file}.js`);
    const text = texts[passage % settings.texts];
    if (text) results.push(text);
  }
  return results;
}
function show([page, key, title, published, text]) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `${page}#${key}`;
  link.textContent = title || page;
  const date = document.createElement("span");
  date.className = "byline";
  date.textContent = published ? ` ${published}` : "";
  const quote = document.createElement("p");
  quote.dir = "auto";
  quote.textContent = text;
  item.append(link, date, quote);
  return item;
}
// A lasting name, as citations end with, leads to its place.
const NAME = /^\s*(?:yinju:)?([A-Za-z0-9_-]{8})([A-Za-z0-9_-]{8})[0-9a-z]{1,4}(?:-[0-9a-z]{1,4}){0,2}\s*$/;
function named(question) {
  const found = question.includes("yinju:") && NAME.exec(question);
  return found ? [[`${found[1]}.html`, found[2], question.trim(), "", ""]] : null;
}
const field = document.getElementById("question");
const list = document.getElementById("results");
const status = document.getElementById("status");
let latest = 0;
async function answer() {
  const turn = ++latest;
  const question = field.value.trim();
  const results = named(question) || (question ? await find(question) : []);
  if (turn !== latest) return;
  list.replaceChildren(...results.map(show));
  status.textContent = question && !results.length ? status.dataset.none : "";
}
field.addEventListener("input", answer);
answer();
