// Passkeys: asks the browser for one and sends its answer with the form. What is allowed, the server decides.

"use strict";

function bytes(text) {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/").padEnd(Math.ceil(text.length / 4) * 4, "=");
  return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function known(list) {
  return (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
}

// The server's options, with bytes where the browser wants bytes.
function wanted(options) {
  const ready = { ...options, challenge: bytes(options.challenge) };
  if (options.user) {
    ready.user = { ...options.user, id: bytes(options.user.id) };
  }
  if (options.excludeCredentials) {
    ready.excludeCredentials = known(options.excludeCredentials);
  }
  if (options.allowCredentials) {
    ready.allowCredentials = known(options.allowCredentials);
  }
  return ready;
}

// The browser's answer as text.
function answer(credential) {
  const response = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) {
      response[name] = text(credential.response[name]);
    }
  }
  if (credential.response.getTransports) {
    response.transports = credential.response.getTransports();
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: {},
    response,
  });
}

async function ask(form) {
  const publicKey = wanted(JSON.parse(form.dataset.xdOptions));
  return form.dataset.xdPasskey === "create"
    ? navigator.credentials.create({ publicKey })
    : navigator.credentials.get({ publicKey });
}

async function onSubmit(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const fault = form.querySelector("[data-xd-passkey-fault]");
  fault.textContent = "";
  if (!window.PublicKeyCredential) {
    fault.textContent = fault.dataset.unknown;
    return;
  }
  try {
    form.querySelector("[data-xd-credential]").value = answer(await ask(form));
  } catch (error) {
    fault.textContent = error.name === "InvalidStateError" ? fault.dataset.known : fault.dataset.stopped;
    return;
  }
  form.submit();
}

for (const form of document.querySelectorAll("form[data-xd-passkey]")) {
  form.addEventListener("submit", onSubmit);
}
