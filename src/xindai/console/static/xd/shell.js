// Keyboard help and focus for every page. Everything works without it, by links and forms alone.

"use strict";

const SINGLE_KEY_BLOCKERS = "input, select, textarea, [contenteditable]";

function isTyping(target) {
  return target instanceof Element && target.closest(SINGLE_KEY_BLOCKERS) !== null;
}

// Whoever has switched the single keys off wants none of them (keys.js).
function keysAreOff() {
  try {
    return localStorage.getItem("xd-keys-off") === "yes";
  } catch {
    return false;
  }
}

// "/" goes to the search box, as its key cap says.
function onKey(event) {
  if (event.key !== "/" || keysAreOff() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
    return;
  }
  const box = document.getElementById("search");
  if (box) {
    event.preventDefault();
    box.focus();
  }
}

// An error summary is read first; so is a page swapped in with one.
function focusSummary() {
  document.querySelector("[data-xd-focus]")?.focus();
}

// A list's filters apply on change, so their button is only for readers without script.
function hideFilterButtons() {
  for (const button of document.querySelectorAll(".xd-filters[hx-get] button[type=submit]")) {
    button.classList.add("xd-hidden");
    button.tabIndex = -1;
  }
}

// What is soon due shows its minutes; the server has said how many are left, and that the bank is open.
function tick() {
  for (const chip of document.querySelectorAll("[data-xd-minutes]")) {
    const left = Math.max(0, Number(chip.dataset.xdMinutes) - 1);
    chip.dataset.xdMinutes = String(left);
    const text = left >= 60 ? chip.dataset.xdHoursText : chip.dataset.xdMinutesText;
    chip.textContent = text.replace("[h]", String(Math.floor(left / 60))).replace("[m]", String(left % 60));
  }
}

setInterval(tick, 60000);

// A value that was sealed is taken off the page after its time, also while the page is left open.
function hideRevealed() {
  for (const box of document.querySelectorAll("[data-xd-hide-after]")) {
    setTimeout(() => box.remove(), Number(box.dataset.xdHideAfter) * 1000);
  }
}

document.addEventListener("DOMContentLoaded", hideRevealed);

function settle() {
  focusSummary();
  hideFilterButtons();
}

document.addEventListener("keydown", onKey);
document.addEventListener("DOMContentLoaded", settle);
document.addEventListener("htmx:afterSwap", settle);
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-xd-print]")) {
    window.print();
  }
});
