import { useCallback } from "react";
import { useSession } from "../../db/hooks.ts";
import { type Language, setLanguage } from "../../i18n/index.ts";
import { useCommand } from "../../sync/useCommand.ts";

/** Choose one's own language: the app follows at once, notices and the person's other devices once it is handed in. */
export function useChooseLanguage(): (language: Language) => void {
  const userId = useSession()?.user.id;
  const choose = useCommand("user.set_language");
  return useCallback(
    (language) => {
      void setLanguage(language);
      if (userId) void choose({ user_id: userId, language });
    },
    [choose, userId],
  );
}
