/** Parses and formats tags. */

/** Parses "#Deploy,  data base, deploy" into the two tags "Deploy" and "data base". */
export function parseTags(typed: string): string[] {
  const tags = new Map<string, string>();
  for (const part of typed.split(",")) {
    const tag = part
      .replace(/^[\s#]+/, "")
      .replace(/\s+/g, " ")
      .trim();
    if (tag && !tags.has(tag.toLowerCase())) tags.set(tag.toLowerCase(), tag);
  }
  return [...tags.values()];
}

export const formatTags = (tags: string[]) => tags.join(", ");
