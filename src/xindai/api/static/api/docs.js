// Draws the description of the interface.  Only reading can be tried here: nothing is changed from a page of documentation.
(() => {
  const place = document.getElementById("description");
  const theme = document.documentElement.dataset.bsTheme;
  const wishesDark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.classList.toggle("dark-mode", theme ? theme === "dark" : wishesDark);
  // What is drawn can be reached by the keyboard and has its name read out, however often it is drawn anew.
  new MutationObserver(() => {
    for (const block of place.querySelectorAll("pre:not([tabindex]), .microlight:not([tabindex])")) {
      block.tabIndex = 0;
    }
    for (const field of place.querySelectorAll("tr[data-param-name] :is(select, input, textarea):not([aria-label])")) {
      field.setAttribute("aria-label", field.closest("tr").dataset.paramName);
    }
  }).observe(place, { childList: true, subtree: true });
  window.SwaggerUIBundle({
    url: place.dataset.description,
    domNode: place,
    deepLinking: false,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    supportedSubmitMethods: ["get"],
    syntaxHighlight: { activated: false },
    validatorUrl: null,
  });
})();
