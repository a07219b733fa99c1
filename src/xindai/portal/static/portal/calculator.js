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

// htmx brings the fresh form along with the results; here it is read and let go, never put in place of the one in use.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (!event.target.matches("#quote-form")) {
    return;
  }
  event.preventDefault();
  for (const field of event.target.querySelectorAll(".xd-field")) {
    const input = field.querySelector("[name]");
    const told = event.detail.fragment.querySelector(`[name="${input.name}"]`);
    if (told) {
      takeNotes(field, told.closest(".xd-field"));
      // What stands at a field must be seen: a group that the fresh page shows open is opened.
      const group = field.closest("details");
      if (group && told.closest("details").open) {
        group.open = true;
      }
    }
  }
});
