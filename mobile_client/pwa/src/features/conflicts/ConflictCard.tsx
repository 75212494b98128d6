import { useTranslation } from "react-i18next";
import { useDocument, useSession } from "../../db/hooks.ts";
import type { Conflict } from "../../db/types.ts";
import { dismissMerged } from "../../sync/actions.ts";
import { useCommand } from "../../sync/useCommand.ts";
import { Button, Card, LinkButton, showToast, useFormat } from "../../ui/index.ts";
import { useFieldTexts } from "../shared/fields.ts";
import { screenOf } from "../shared/screens.ts";
import type { OpenConflict } from "./useConflicts.ts";

/** A field that two people changed: both values, and which of them is to hold. */
export function ConflictCard({ open: { conflict, subject } }: { open: OpenConflict }) {
  const { t } = useTranslation("conflicts");
  const { label } = useFieldTexts();
  const restore = useCommand("conflict.restore");
  const dismiss = useCommand("conflict.dismiss");
  const me = useSession()?.user.id;
  const { id, entity, record_id, field, lost_by_id } = conflict;
  const name = t(`entity.${entity}`, { defaultValue: entity });
  const whose = lost_by_id === me ? "mine" : "other";
  const link = screenOf(entity, record_id);

  async function settle(how: typeof restore, said: string) {
    await how({ conflict_id: id });
    await dismissMerged(conflict);
    showToast(said);
  }

  return (
    <Card>
      <article className="conflict" aria-label={`${subject ?? name}, ${label(field)}`}>
        <header>
          <h2>{subject ?? name}</h2>
          <p className="muted">{`${name} · ${label(field)}`}</p>
        </header>
        <div className="conflict-values">
          <Value conflict={conflict} which="kept" />
          <Value conflict={conflict} which="lost" />
        </div>
        <div className="conflict-actions">
          <Button icon="undo" onPress={() => settle(restore, t("restored"))}>
            {t(`restore.${whose}`)}
          </Button>
          <Button variant="primary" icon="check" onPress={() => settle(dismiss, t("dismissed"))}>
            {t(`dismiss.${whose}`)}
          </Button>
          {link && (
            <LinkButton to={link} variant="quiet">
              {t("show")}
            </LinkButton>
          )}
        </div>
      </article>
    </Card>
  );
}

/** One of the two values, with who entered it. */
function Value({ conflict, which }: { conflict: Conflict; which: "kept" | "lost" }) {
  const { t } = useTranslation("conflicts");
  const format = useFormat();
  const { value } = useFieldTexts();
  const by = which === "kept" ? conflict.kept_by_id : conflict.lost_by_id;
  const me = useSession()?.user.id;
  const person = useDocument("user", by);
  return (
    <section className="conflict-value" data-which={which}>
      <h3>{t(which === "kept" ? "kept" : by === me ? "yours" : "others")}</h3>
      <p className="conflict-text">{value(conflict.field, conflict[`${which}_value`])}</p>
      <p className="muted">
        {[person?.name ?? (by ? t("somebody") : t("server")), which === "lost" && format.dateTime(conflict.lost_at)]
          .filter(Boolean)
          .join(" · ")}
      </p>
    </section>
  );
}
