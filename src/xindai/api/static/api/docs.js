// Draws the description of the interface.  Only reading can be tried here: nothing is changed from a page of documentation.
(() => {
  const place = document.getElementById("description");
  const theme = document.documentElement.dataset.bsTheme;
  const wishesDark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.classList.toggle("dark-mode", theme ? theme === "dark" : wishesDark);
  window.SwaggerUIBundle({
    url: place.dataset.description,
    domNode: place,
    deepLinking: false,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    supportedSubmitMethods: ["get"],
    validatorUrl: null,
  });
})();
