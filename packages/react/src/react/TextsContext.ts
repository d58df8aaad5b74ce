/** React context of the texts. */
import { type Context, createContext, useContext } from "react";
import type { EntranceError } from "../session/errors.js";
import { errorText } from "../texts/errorText.js";
import { english, type Texts } from "../texts/texts.js";

export const TextsContext: Context<Texts> = createContext<Texts>(english);

/** Returns the texts of the nearest provider, in English if there is none. */
export function useTexts(): Texts {
  return useContext(TextsContext);
}

/** Returns a function that gives the sentence of an error in the language of the provider. */
export function useErrorText(): (error: EntranceError) => string {
  const texts = useTexts();
  return (error) => errorText(error, texts);
}
