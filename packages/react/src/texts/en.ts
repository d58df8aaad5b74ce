/** English, as a whole. */
import { SENTENCES } from "../session/sentences.js";
import { english, type Texts } from "./texts.js";

/** Spread it to change single texts. */
export const en: Texts = { ...english, errors: SENTENCES };
