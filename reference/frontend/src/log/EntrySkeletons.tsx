/** Placeholder while entries load. */
const SHAPES = ["first", "second", "third"];

export function EntrySkeletons() {
  return (
    <div className="appears-late">
      <p role="status" className="visually-hidden">
        Loading the entries
      </p>
      {SHAPES.map((shape) => (
        <div key={shape} className="entry" aria-hidden="true">
          <span className="avatar skeleton" />
          <div className="entry-body">
            <span className="skeleton skeleton-name" />
            <span className="skeleton skeleton-line" />
            <span className="skeleton skeleton-line skeleton-short" />
          </div>
        </div>
      ))}
    </div>
  );
}
