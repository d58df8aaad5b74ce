import { expect, test } from "vitest";
import { bridgeTexts } from "../../session/bridge/bridgeTexts.js";
import { EntranceError } from "../../session/errors.js";
import { de } from "../de.js";
import { en } from "../en.js";
import { errorText } from "../errorText.js";
import { es } from "../es.js";
import { fr } from "../fr.js";
import { nb } from "../nb.js";
import { nl } from "../nl.js";
import { fill, type Texts } from "../texts.js";

const LANGUAGES: readonly Texts[] = [de, es, fr, nb, nl];
const ENGLISH = /\b(the|your|you|please|this|with|sign|not|try|again)\b/i;

/** All texts of a table by their path, without the language's tag. */
function entries({ lang: _, errors, ...texts }: Texts): readonly (readonly [string, string])[] {
  return [...Object.entries(texts), ...Object.entries(errors)];
}

const placeholders = (text: string): readonly string[] => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test.each(LANGUAGES.map((each) => [each.lang, each] as const))("%s has the texts of English", (_, table) => {
  const english = new Map(entries(en));
  const own = new Map(entries(table));
  expect([...own.keys()]).toEqual([...english.keys()]);
  for (const [name, text] of own) {
    expect([name, placeholders(text)]).toEqual([name, placeholders(english.get(name) ?? "")]);
    expect([name, text.trim() === text && text !== ""]).toEqual([name, true]);
    const isEnglish = text === english.get(name) || ENGLISH.test(text);
    expect([name, isEnglish]).toEqual([name, false]);
  }
});

test.each(LANGUAGES.map((each) => [each.lang, each] as const))("%s ends its sentences as English does", (_, table) => {
  const english = new Map(entries(en));
  const differing = entries(table).filter(([name, text]) => text.endsWith(".") !== english.get(name)?.endsWith("."));
  expect(differing).toEqual([]);
});

test.each([en, ...LANGUAGES].map((each) => [each.lang, each] as const))(
  "%s: a name contains what its button shows",
  (_, table) => {
    expect(table.endSessionSince.toLowerCase()).toContain(table.endSession.toLowerCase());
    expect(table.accountOf).toContain("{name}");
  },
);

test.each(LANGUAGES.map((each) => [each.lang, each] as const))("%s is a tag that writes dates", (lang) => {
  expect(Intl.DateTimeFormat.supportedLocalesOf(lang)).toEqual([lang]);
});

test("a placeholder is replaced, and one without a value stays", () => {
  expect(fill("Connect {account} on {date}", { account: "ada" })).toBe("Connect ada on {date}");
});

test("in English an error shows its own message", () => {
  expect(errorText(new EntranceError("config_invalid", { message: "scopes is missing." }), en)).toBe(
    "scopes is missing.",
  );
});

test("in another language an error shows the text of its code", () => {
  expect(errorText(new EntranceError("popup_closed"), de)).toBe(de.errors.popup_closed);
  expect(errorText(new EntranceError("config_invalid", { message: "scopes is missing." }), de)).toBe(
    de.errors.config_invalid,
  );
});

test("a single text of English can differ", () => {
  const own: Texts = { ...en, errors: { ...en.errors, not_signed_in: "Come in first." } };
  expect(errorText(new EntranceError("not_signed_in"), own)).toBe("Come in first.");
  expect(errorText(new EntranceError("config_invalid", { message: "scopes is missing." }), own)).toBe(
    "scopes is missing.",
  );
});

test("Microsoft's number stays", () => {
  const numbered = (code: "unexpected" | "interrupted"): EntranceError =>
    new EntranceError(code, { message: "Signing in failed with error AADSTS90002.", aadsts: 90002 });
  expect(errorText(numbered("unexpected"), fr)).toBe(
    "La connexion a échoué avec l’erreur AADSTS90002. Communiquez ce numéro à votre administrateur.",
  );
  expect(errorText(numbered("interrupted"), fr)).toBe(`${fr.errors.interrupted} (AADSTS90002)`);
});

test("a sentence of the server stays", () => {
  const error = new EntranceError("unexpected", { message: "Das Konto ist gesperrt. Rufen Sie an." });
  expect(errorText(error, fr)).toBe("Das Konto ist gesperrt. Rufen Sie an.");
});

test.each(["de", "es", "fr", "nb", "nl"])("the redirect page in %s has no English", (lang) => {
  const texts = Object.entries(bridgeTexts(lang));
  const english = bridgeTexts("en");
  expect(texts.map(([name]) => name)).toEqual(Object.keys(english));
  expect(texts.filter(([, text]) => text === "" || ENGLISH.test(text))).toEqual([]);
});

test.each([
  ["de-AT", "Anmeldung läuft …"],
  ["nb-NO", "Logger på …"],
  ["no", "Logger på …"],
  ["en-gb", "Signing in…"],
  ["it", "Signing in…"],
  ["", "Signing in…"],
])("the redirect page of a site in %j says %s", (lang, text) => {
  expect(bridgeTexts(lang).signingIn).toBe(text);
});
