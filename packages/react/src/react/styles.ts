/** Style sheets as constructed ones: allowed by `style-src 'self'`, and independent of the bundler. */

const adopted = new WeakMap<Document, Set<string>>();

/** Adds a style sheet to this document, once. Browsers without constructed style sheets show the plain elements. */
export function adoptStyles(css: string): void {
  const known = adopted.get(document) ?? new Set();
  if (known.has(css) || !("adoptedStyleSheets" in document)) return;
  adopted.set(document, known.add(css));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** Joins class names. */
export function classes(...names: readonly (string | undefined)[]): string {
  return names.filter(Boolean).join(" ");
}
