/** Colours of a component. */

/** `auto` follows the colour scheme of the system. */
export type Theme = "auto" | "light" | "dark";
