import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/controls.css";
import "./ui/small.css";
import "./ui/lists.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startTexts } from "./i18n";
import { App } from "./pages/App";
import { startTheme } from "./store/theme";

startTheme();
await startTexts();
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
