/** Search field that filters while the person types. */
export function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers before 2023 do not support <search>.
    <form role="search" className="search" onSubmit={(event) => event.preventDefault()}>
      <svg className="search-glass" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
        <circle cx="7" cy="7" r="4.5" />
        <path d="m10.5 10.5 3.5 3.5" />
      </svg>
      <input
        type="search"
        aria-label="Search the log"
        placeholder="Search"
        autoComplete="off"
        dir="auto"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </form>
  );
}
