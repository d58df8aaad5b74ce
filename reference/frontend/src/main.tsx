/** Entry point: renders Logbook. */
import { onlineManager } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Root } from "./Root";
import "./styles/index.css";

// The manager follows changes only, so set the initial state.
onlineManager.setOnline(navigator.onLine);

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <Root />
  </StrictMode>,
);
