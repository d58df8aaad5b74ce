/** Logbook's mark. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect className="mark-cover" width="32" height="32" rx="7" />
      <path className="mark-page" d="M9 8.5A1.5 1.5 0 0 1 10.5 7H23v18H10.5A1.5 1.5 0 0 1 9 23.5z" />
      <path className="mark-lines" d="M13 12h6.5M13 16h6.5M13 20h4" />
    </svg>
  );
}
