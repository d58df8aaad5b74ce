/** English, to spread where single texts differ. */
export { en } from "./texts.js";
