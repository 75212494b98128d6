import i18next from "i18next";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

type Texts = Record<string, Record<string, unknown>>;

// Each language is two chunks, loaded when it is chosen: what the first screen says, and the rest, which need not keep it
// waiting. A namespace is a file, named like the feature.
const load: Record<Language, { first: () => Promise<{ texts: Texts }>; more: () => Promise<{ texts: Texts }> }> = {
  en: { first: () => import("./en.ts"), more: () => import("./en.more.ts") },
  de: { first: () => import("./de.ts"), more: () => import("./de.more.ts") },
};

const STORED = "fieldbook.language";

export function preferredLanguage(): Language {
  const wanted = localStorage.getItem(STORED) ?? navigator.language;
  return LANGUAGES.find((language) => wanted.startsWith(language)) ?? "en";
}

export async function startTranslations(language: Language = preferredLanguage()): Promise<void> {
  const { texts } = await load[language].first();
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

/** Wait until the texts of the screens behind the first one are there. */
export async function moreTexts(): Promise<void> {
  const language = i18next.language as Language;
  add(language, (await load[language].more()).texts);
}

/** Speak this language, also the next time that the app is opened. */
export async function setLanguage(language: Language): Promise<void> {
  if (language !== i18next.language) {
    const { first, more } = load[language];
    for (const { texts } of await Promise.all([first(), more()])) add(language, texts);
    await i18next.changeLanguage(language);
  }
  localStorage.setItem(STORED, language);
  document.documentElement.lang = language;
}

function add(language: Language, texts: Texts): void {
  for (const [namespace, resources] of Object.entries(texts)) {
    if (!i18next.hasResourceBundle(language, namespace)) i18next.addResourceBundle(language, namespace, resources);
  }
}
