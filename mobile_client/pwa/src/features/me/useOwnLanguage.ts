import { useEffect } from "react";
import { useMe, useSession } from "../../db/hooks.ts";
import { LANGUAGES, setLanguage } from "../../i18n/index.ts";

/** Speak the language that the signed-in person has chosen, on whichever of their devices. */
export function useOwnLanguage(): void {
  const me = useMe();
  const signedInWith = useSession()?.user.language;
  // Undefined while it is read; not here before the first sync.
  const chosen = me === null ? signedInWith : me?.language;
  useEffect(() => {
    const language = LANGUAGES.find((one) => one === chosen);
    // Where its texts cannot be loaded, the app goes on in the language that it speaks.
    if (language) void setLanguage(language).catch(() => undefined);
  }, [chosen]);
}
