/** Shortens a text for the accessible names of an entry's buttons. */
const LENGTH = 40;

export function firstWords(text: string): string {
  const line = text.trim().replace(/\s+/g, " ");
  if (line.length <= LENGTH) return line;
  const words = line.slice(0, LENGTH + 1).replace(/\s\S*$/, "");
  return `${words.slice(0, LENGTH)}…`;
}
