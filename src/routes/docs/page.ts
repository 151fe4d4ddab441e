/** The frame of the documentation's pages. `body` is trusted: it comes from the code. */
export const page = (title: string, head: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${head}
</head>
<body>
${body}
</body>
</html>
`;

export const referencePage = page(
  "Purser API",
  `<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="data:,">`,
  `<div id="reference"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>`,
);

/** A file of its own, so that the page needs no inline script. */
export const startScript = `window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  docExpansion: "list",
  persistAuthorization: false,
});
`;

/** What is served of Swagger UI; copied to dist/assets/docs by scripts/docs-assets.ts. */
export const referenceAssets = ["swagger-ui.css", "swagger-ui-bundle.js"] as const;
