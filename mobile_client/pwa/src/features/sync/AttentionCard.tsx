import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Mutation } from "../../db/database.ts";
import { discard, sendAgain } from "../../sync/actions.ts";
import { Badge, Button, Card, ConfirmDialog, LinkButton, useAgo } from "../../ui/index.ts";
import { mendLink } from "../mend/mending.ts";
import { useReason } from "../shared/useReason.ts";
import type { Waiting } from "./useWaiting.ts";
import "./sync.css";

/** One thing that the server did not take as it was: why, and what can be done. */
export function AttentionCard({ item: { mutation, subject, link } }: { item: Waiting }) {
  const { t } = useTranslation("sync");
  const [discarding, setDiscarding] = useState(false);
  const ago = useAgo(new Date(mutation.occurred_at));
  const { id, state, name } = mutation;
  const merged = state === "merged";
  const mend = mendLink(mutation);
  return (
    <Card>
      <article className="attention" aria-label={t(`mutation.${name}`)}>
        <header>
          <h3>{t(`mutation.${name}`)}</h3>
          <Badge tone={merged ? "info" : "bad"}>{t(`state.${state}`)}</Badge>
        </header>
        <p className="muted">{[subject, ago].filter(Boolean).join(" · ")}</p>
        <Reason mutation={mutation} />
        <div className="attention-actions">
          {merged ? (
            <Button variant="primary" onPress={() => discard(id)}>
              {t("understood")}
            </Button>
          ) : (
            <>
              {mend && (
                <LinkButton to={mend} variant="primary" icon="edit">
                  {t("mend")}
                </LinkButton>
              )}
              <Button icon="sync" onPress={() => sendAgain(id)}>
                {t("sendAgain")}
              </Button>
              <Button icon="discard" onPress={() => setDiscarding(true)}>
                {t("discard")}
              </Button>
            </>
          )}
          {link && (
            <LinkButton to={link} variant="quiet">
              {t("show")}
            </LinkButton>
          )}
        </div>
      </article>
      <ConfirmDialog
        title={t("discardTitle")}
        body={t("discardWhy")}
        confirm={t("discard")}
        danger
        isOpen={discarding}
        onConfirm={() => discard(id)}
        onClose={() => setDiscarding(false)}
      />
    </Card>
  );
}

function Reason({ mutation }: { mutation: Mutation }) {
  const { t } = useTranslation("sync");
  const reasonOf = useReason();
  const { state, result } = mutation;
  const details =
    state === "merged"
      ? Object.keys(result?.fields ?? {}).map((field) => t(`field.${field}`, { defaultValue: field }))
      : concerned(mutation);
  return (
    <>
      <p>{reasonOf(mutation)}</p>
      {details.length > 0 && (
        <ul className="attention-details">
          {details.map((detail) => (
            <li key={detail}>{detail}</li>
          ))}
        </ul>
      )}
      {(state === "failed" || result?.code === "sync.discarded_by_support") && (
        <p className="muted">{result?.message}</p>
      )}
    </>
  );
}

/** What the refusal is about: the lines of an order by name, or what the server says of each field. */
function concerned({ effects, result }: Mutation): string[] {
  const { lines, ...others } = result?.fields ?? {};
  const ordered = (effects[0]?.create?.lines ?? []) as { name: string }[];
  const names = Object.keys(lines ?? {}).map((index) => ordered[Number(index)]?.name);
  const said = Object.values(others).flat();
  return [...new Set([...names, ...said])].filter((detail) => typeof detail === "string");
}
