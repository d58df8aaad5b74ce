/** The secret in Django's CSRF tokens: each answer masks the same one anew (`django/middleware/csrf.py`). */

const CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const MASKED = /^[a-zA-Z0-9]{64}$/;
const LENGTH = 32;

/** Whether two tokens pass for each other. A token of another form is compared as it is. */
export function isSameSecret(one: string, other: string): boolean {
  return secretOf(one) === secretOf(other);
}

function secretOf(token: string): string {
  if (!MASKED.test(token)) return token;
  const places = Array.from(token, (character) => CHARACTERS.indexOf(character));
  const masked = places.slice(LENGTH);
  const { length } = CHARACTERS;
  return masked.map((place, at) => CHARACTERS[(place - (places[at] ?? 0) + length) % length]).join("");
}
