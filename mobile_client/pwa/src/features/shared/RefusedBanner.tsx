import { useTranslation } from "react-i18next";
import { useDocuments, usePending } from "../../db/hooks.ts";
import type { Entity, Id } from "../../db/types.ts";
import { Banner, LinkButton } from "../../ui/index.ts";
import { mendLink } from "../mend/mending.ts";
import { useReason } from "./useReason.ts";

/**
 * Says on a record's own screen that the server refused a change of it, or that somebody else made the same change, and
 * leads to where it can be dealt with.
 */
export function RefusedBanner({ entity, id }: { entity: Entity; id: Id }) {
  const { t } = useTranslation("ui");
  const reasonOf = useReason();
  const conflicts = useDocuments("conflict", { record_id: id, status: "open" });
  const refused = usePending(entity, id).find(({ state }) => state === "rejected" || state === "failed");
  if (!refused && conflicts?.length) {
    return (
      <Banner tone="warn" title={t("conflict")} action={<LinkButton to="/conflicts">{t("compare")}</LinkButton>} />
    );
  }
  if (!refused) return null;
  const mend = mendLink(refused);
  return (
    <Banner
      tone="bad"
      title={t(refused.state === "failed" ? "withSupport" : "refused")}
      action={<LinkButton to={mend ?? "/sync"}>{t(mend ? "mend" : "openSync")}</LinkButton>}
    >
      {reasonOf(refused)}
    </Banner>
  );
}
