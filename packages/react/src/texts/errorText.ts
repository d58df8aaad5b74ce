/** The sentence of an error in the language of the page. */
import { type EntranceError, sentences } from "../session/errors.js";
import { fill, type Texts } from "./texts.js";

/**
 * Returns the sentence of an error: in English its message, otherwise the text of its code.
 *
 * Microsoft's number stays where the message has it, and so does a sentence of the server for an unexpected refusal.
 */
export function errorText(error: EntranceError, texts: Texts): string {
  const { code, message } = error;
  const text = texts.errors[code];
  if (text === sentences[code] || message === sentences[code]) return text === sentences[code] ? message : text;
  const number = /AADSTS\d+/.exec(message)?.[0];
  if (code !== "unexpected") return number ? `${text} (${number})` : text;
  return number ? fill(texts.unexpectedNumber, { number }) : message;
}
