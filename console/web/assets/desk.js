// Keys and small comforts. Every page works without this file.
"use strict";

const rows = () => [...document.querySelectorAll("#rows > .row")];
const work = document.getElementById("work");

function current() {
  return document.activeElement && document.activeElement.closest ? document.activeElement.closest("#rows > .row") : null;
}

function go(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(current());
  const row = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step))];
  row.focus();
  row.scrollIntoView({ block: "nearest" });
}

// ------------------------------------------------------------------ acting on one or many

function chosen() {
  return [...document.querySelectorAll('#work input[name="id"]:checked')];
}

function tellChosen() {
  const told = document.querySelector(".chosen");
  if (told) told.textContent = chosen().length ? `${chosen().length} chosen:` : "Chosen: none";
  for (const row of rows()) row.classList.toggle("picked", Boolean(row.querySelector('input[name="id"]:checked')));
}

// Where to go on after rows are gone: the first row behind them that stays, else the last one before.
function goOnAt(ids) {
  const all = rows();
  const gone = new Set(ids);
  const last = all.findLastIndex((row) => gone.has(row.id.slice(2)));
  const next = all.slice(last + 1).find((row) => !gone.has(row.id.slice(2))) ||
    all.slice(0, Math.max(0, last)).findLast((row) => !gone.has(row.id.slice(2)));
  const back = work.querySelector('input[name="back"]');
  back.value = back.value.split("#")[0] + (next ? `#${next.id}` : "#main");
}

let pending = null; // the button that waits for a reason

function act(action) {
  if (!work) return;
  const row = current();
  if (row && !chosen().length) row.querySelector('input[name="id"]').checked = true;
  tellChosen();
  const button = work.querySelector(`.bar-of-acts button[value="${action}"]`);
  if (!button || !chosen().length) return;
  const name = work.elements.by;
  if (name && !name.value.trim()) { pending = button; name.focus(); return; }
  if ("why" in button.dataset && !work.elements.reason.value.trim()) {
    pending = button;
    work.elements.reason.placeholder = `why: ${button.textContent.toLowerCase()}`;
    work.elements.reason.focus();
    return;
  }
  work.requestSubmit(button);
}

if (work) {
  work.addEventListener("change", tellChosen);
  work.addEventListener("submit", (event) => {
    const [action, one] = (event.submitter ? event.submitter.value : "").split(":");
    const why = work.elements.reason;
    if (event.submitter && "why" in event.submitter.dataset && !why.value.trim()) {
      event.preventDefault();
      pending = event.submitter;
      why.placeholder = `why: ${action.replace("_", " ")}`;
      why.focus();
      return;
    }
    if (!one && !chosen().length) {
      event.preventDefault();
      const told = document.querySelector(".chosen");
      if (told) told.textContent = "Tick one or more first.";
      return;
    }
    goOnAt(one ? [one] : chosen().map((box) => box.value));
  });
  for (const field of [work.elements.by, work.elements.reason].filter(Boolean)) {
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && pending) {
        event.preventDefault();
        const button = pending;
        if ("why" in button.dataset && !work.elements.reason.value.trim()) { work.elements.reason.focus(); return; }
        pending = null;
        work.requestSubmit(button);
      } else if (event.key === "Escape") {
        pending = null;
        const row = document.querySelector("#rows > .row.picked");
        if (row) row.focus();
      }
    });
  }
  tellChosen();
}

// Focus is kept: a page that comes back after an action goes on at the row that its address names.
if (location.hash.startsWith("#a-")) {
  const row = document.getElementById(location.hash.slice(1));
  if (row) row.focus();
}

// ------------------------------------------------------------------ filters apply at once

for (const form of document.querySelectorAll("form[data-auto]")) {
  form.addEventListener("change", () => form.requestSubmit());
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData.entries()]) if (!value) event.formData.delete(name);
  });
}

// ------------------------------------------------------------------ keys

const KEYS = [
  ["j, k", "next, previous row"],
  ["o", "open or close the row"],
  ["Enter", "the whole record"],
  ["x", "tick the row"],
  ["a", "acknowledge"],
  ["r", "reconcile"],
  ["f", "false positive"],
  ["/", "search"],
  ["?", "these keys"],
];

function showKeys() {
  let dialog = document.getElementById("keys");
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.id = "keys";
    dialog.setAttribute("aria-label", "Keys");
    const list = document.createElement("dl");
    for (const [key, does] of KEYS) {
      const dt = document.createElement("dt");
      const dd = document.createElement("dd");
      dt.textContent = key;
      dd.textContent = does;
      list.append(dt, dd);
    }
    const close = document.createElement("button");
    close.textContent = "Close";
    close.addEventListener("click", () => dialog.close());
    dialog.append(list, close);
    document.body.append(dialog);
  }
  if (dialog.open) dialog.close();
  else dialog.showModal();
}

const hint = document.querySelector(".keys-hint");
if (hint) hint.hidden = false;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const on = event.target;
  if (on.matches && on.matches('input:not([type="checkbox"]), textarea, select')) return;
  const row = current();
  const does = {
    j: () => go(1),
    k: () => go(-1),
    o: () => { const d = row && row.querySelector("details"); if (d) d.open = !d.open; },
    x: () => { const b = row && row.querySelector('input[name="id"]'); if (b) b.click(); },
    a: () => act("acknowledge"),
    r: () => act("reconcile"),
    f: () => act("false_positive"),
    "/": () => { const s = document.querySelector("main input[type=search]") || document.querySelector("input[type=search]"); s.focus(); s.select(); },
    "?": showKeys,
    Enter: () => { if (on === row && row.dataset.url) location.assign(row.dataset.url); else return false; },
  }[event.key];
  if (does && does() !== false) event.preventDefault();
});
