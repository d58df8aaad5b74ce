import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useSettled } from "../useSettled";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("follows a value only after it has rested", () => {
  const { result, rerender } = renderHook(({ value }) => useSettled(value, 250), { initialProps: { value: "a" } });
  rerender({ value: "ab" });
  act(() => void vi.advanceTimersByTime(249));
  expect(result.current).toBe("a");
  act(() => void vi.advanceTimersByTime(1));
  expect(result.current).toBe("ab");
});

test("follows emptiness at once", () => {
  const { result, rerender } = renderHook(({ value }) => useSettled(value, 250), { initialProps: { value: "a" } });
  rerender({ value: "" });
  expect(result.current).toBe("");
});
