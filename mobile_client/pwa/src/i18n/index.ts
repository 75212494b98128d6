import i18next from "i18next";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

type Texts = Record<string, Record<string, unknown>>;

// Each language is one chunk, loaded when it is chosen; a namespace is a file, named like the feature.
const load: Record<Language, () => Promise<{ texts: Texts }>> = {
  en: () => import("./en.ts"),
  de: () => import("./de.ts"),
};

const STORED = "fieldbook.language";

export function preferredLanguage(): Language {
  const wanted = localStorage.getItem(STORED) ?? navigator.language;
  return LANGUAGES.find((language) => wanted.startsWith(language)) ?? "en";
}

export async function startTranslations(language: Language = preferredLanguage()): Promise<void> {
  const { texts } = await load[language]();
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: texts },
    defaultNS: "common",
    fallbackNS: "common",
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  document.documentElement.lang = language;
}

export async function setLanguage(language: Language): Promise<void> {
  const { texts } = await load[language]();
  for (const [namespace, resources] of Object.entries(texts)) {
    i18next.addResourceBundle(language, namespace, resources, true, true);
  }
  await i18next.changeLanguage(language);
  localStorage.setItem(STORED, language);
  document.documentElement.lang = language;
}
