// Single keys for who works here all day: a map, jumps, rows of tables. Everything can be reached without them, and they
// can be switched off. Keys of the browser, and approvals and payments, have none.

"use strict";

const KEYS_OFF = "xd-keys-off";
const GO_WITHIN = 1500;
let goUntil = 0;

function showMap() {
  const map = document.getElementById("keys");
  if (map && !map.open) {
    const off = map.querySelector("[data-xd-keys-off]");
    off.checked = keysAreOff();
    map.showModal();
  }
}

function rows() {
  return [...document.querySelectorAll("main .xd-table tbody tr")].filter((row) => row.querySelector("a, button, summary") && row.offsetParent !== null);
}

// j and k move the focus from row to row, to what opens it.
function moveRow(step) {
  const all = rows();
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[here === -1 ? (step > 0 ? 0 : all.length - 1) : here + step];
  if (next) {
    const target = next.querySelector("th a, a, button, summary");
    target.focus();
    next.scrollIntoView({ block: "nearest" });
  }
}

function jump(key) {
  document.querySelector(`[data-xd-go="${CSS.escape(key)}"]`)?.click();
}

const PLAIN = {
  "?": showMap,
  j: () => moveRow(1),
  k: () => moveRow(-1),
  f: () => document.querySelector(".xd-filters select, .xd-filters input")?.focus(),
  "[": () => document.querySelector("a[rel=prev]")?.click(),
  "]": () => document.querySelector("a[rel=next]")?.click(),
};

function onSingleKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target) || keysAreOff() || document.querySelector("dialog[open]")) {
    return;
  }
  if (Date.now() < goUntil) {
    goUntil = 0;
    jump(event.key);
    return;
  }
  if (event.key === "g") {
    goUntil = Date.now() + GO_WITHIN;
    return;
  }
  const act = PLAIN[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
}

document.addEventListener("keydown", onSingleKey);
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-xd-keys]")) {
    showMap();
  }
});
document.addEventListener("change", (event) => {
  if (event.target instanceof Element && event.target.matches("[data-xd-keys-off]")) {
    try {
      localStorage.setItem(KEYS_OFF, event.target.checked ? "yes" : "no");
    } catch {
      // Without a store the choice holds for nobody; the map says nothing else.
    }
  }
});
