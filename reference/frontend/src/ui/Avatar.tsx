/** Initials of a person on a colour. Decorative: the name is always beside it. */
const COLOURS = 6;

export function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? "")][0] ?? "");
  return letters.join("").toUpperCase();
}

export function colour(username: string): number {
  const sum = [...username].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
  return sum % COLOURS;
}

export function Avatar({ person }: { person: { username: string; fullName: string } }) {
  return (
    <span className={`avatar avatar-${colour(person.username)}`} aria-hidden="true">
      {initials(person.fullName)}
    </span>
  );
}
