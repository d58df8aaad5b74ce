import { render, screen } from "@testing-library/react";
import { renderToString } from "react-dom/server";
import { expect, test, vi } from "vitest";
import { EntranceError } from "../../session/errors.js";
import { Part, usePart } from "../part.js";

function Shown({ part }: { part: Part<{ text: string }> }): string {
  const loaded = usePart(part);
  return loaded instanceof EntranceError ? loaded.code : (loaded?.text ?? "loading");
}

test("a part is loaded with the component, once", async () => {
  const load = vi.fn(async () => ({ text: "here" }));
  const part = new Part(load);
  const { rerender } = render(<Shown part={part} />);
  await screen.findByText("here");
  rerender(<Shown key="another" part={part} />);
  expect(screen.getByText("here")).toBeTruthy();
  expect(load).toHaveBeenCalledOnce();
});

test("a part that does not load has an error, and the next component tries again", async () => {
  const load = vi.fn().mockRejectedValueOnce(new TypeError("Failed to fetch")).mockResolvedValueOnce({ text: "here" });
  const part = new Part<{ text: string }>(load);
  const { rerender } = render(<Shown part={part} />);
  await screen.findByText("library_unreachable");
  await part.load();
  rerender(<Shown key="another" part={part} />);
  await screen.findByText("here");
});

test("a failure rejects with the code", async () => {
  const part = new Part<{ text: string }>(() => Promise.reject(new TypeError("Failed to fetch")));
  await expect(part.load()).rejects.toMatchObject({ code: "library_unreachable" });
});

test("on a server a part is never there, so that the page matches", async () => {
  const part = new Part(async () => ({ text: "here" }));
  await part.load();
  expect(renderToString(<Shown part={part} />)).toBe("loading");
});
