import "./styles/index.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import "./install.ts";
import { startTranslations } from "./i18n/index.ts";
import { applyTheme } from "./theme.ts";

applyTheme();
await startTranslations();

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
