/** Logbook's mark and name, as the page heading. */
import { Mark } from "./Mark";

export function Brand() {
  return (
    <h1 className="brand" aria-label="Logbook">
      <Mark />
      <span className="brand-name">Logbook</span>
    </h1>
  );
}
