/** Entry point of the gallery. Vite's development server serves it at /gallery.html; the build leaves it out. */
import { createRoot } from "react-dom/client";
import { Gallery } from "./Gallery";
import "../styles/tokens.css";
import "../styles/base.css";
import "../styles/controls.css";
import "./gallery.css";

createRoot(document.getElementById("root") as HTMLElement).render(<Gallery />);
