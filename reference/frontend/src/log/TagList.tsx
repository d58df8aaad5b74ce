/** Tags of an entry. Each is a button that filters by the tag. */
type TagListProps = { tags: string[]; active: string | null; onTag: (tag: string) => void };

export function TagList({ tags, active, onTag }: TagListProps) {
  if (tags.length === 0) return null;
  return (
    <ul className="labels" aria-label="Tagged">
      {tags.map((tag) => (
        <li key={tag}>
          <button type="button" className="label tag" aria-pressed={tag === active} onClick={() => onTag(tag)}>
            <bdi>{tag}</bdi>
          </button>
        </li>
      ))}
    </ul>
  );
}
