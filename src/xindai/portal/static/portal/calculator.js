// While somebody types, only the results are swapped, so that no key stroke is lost. The fields take over what the
// fresh page says at them: an error that was mended does not stay behind, and a new one stands at its field.

"use strict";

const SPOKEN = ["aria-invalid", "aria-describedby"];

function takeNotes(field, fresh) {
  const input = field.querySelector("[name]");
  const told = fresh.querySelector("[name]");
  field.className = fresh.className;
  field.querySelectorAll(".xd-error-text").forEach((note) => note.remove());
  input.before(...fresh.querySelectorAll(".xd-error-text"));
  for (const name of SPOKEN) {
    if (told.hasAttribute(name)) {
      input.setAttribute(name, told.getAttribute(name));
    } else {
      input.removeAttribute(name);
    }
  }
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const fresh = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
  for (const field of document.querySelectorAll("main form .xd-field")) {
    const told = fresh.getElementById(field.querySelector("[name]").id);
    if (told) {
      takeNotes(field, told.closest(".xd-field"));
    }
  }
});
