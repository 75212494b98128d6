import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Leg } from "../../rules/travel.ts";
import { type Format, useFormat } from "../../ui/index.ts";

/** So little more is no detour. */
const ON_THE_WAY_M = 200;

/** What a visit adds to the road, in words: `3 km and 4 minutes more on the road`, or `on your way`. */
export function useDetourText(): (detour: Leg) => string {
  const { t } = useTranslation("who-next");
  const format = useFormat();
  return (detour) => detourText(detour, t, format);
}

export function detourText(
  { metres, seconds }: Leg,
  t: TFunction<"who-next">,
  { distance }: Pick<Format, "distance">,
): string {
  const count = Math.max(0, Math.round(seconds / 60));
  return t(metres < ON_THE_WAY_M ? "onTheWay" : "detour", { distance: distance(metres), count });
}
