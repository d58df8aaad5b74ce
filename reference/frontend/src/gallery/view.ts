/** How the gallery is shown. The URL keeps it, so that a link shows the same. */

/** The first of each is the default. */
export const CHOICES = {
  lang: ["en", "de", "es", "fr", "nb", "nl"],
  dir: ["ltr", "rtl"],
  scheme: ["system", "light", "dark"],
  width: ["full", "320"],
} as const;

export type Axis = keyof typeof CHOICES;
export type View = { readonly [K in Axis]: (typeof CHOICES)[K][number] };

export const AXES = Object.keys(CHOICES) as readonly Axis[];

export function readView(search: string): View {
  const asked = new URLSearchParams(search);
  const choose = (axis: Axis) => CHOICES[axis].find((each) => each === asked.get(axis)) ?? CHOICES[axis][0];
  return Object.fromEntries(AXES.map((axis) => [axis, choose(axis)])) as View;
}

/** Returns the query of a view, without the defaults. */
export function toSearch(view: View): string {
  const chosen = AXES.filter((axis) => view[axis] !== CHOICES[axis][0]);
  return `?${new URLSearchParams(chosen.map((axis) => [axis, view[axis]]))}`;
}
