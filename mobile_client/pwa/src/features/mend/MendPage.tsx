import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { Mutation } from "../../db/database.ts";
import { RuleError } from "../../rules/errors.ts";
import { useCommand } from "../../sync/useCommand.ts";
import { useMutation } from "../../sync/useMutation.ts";
import { useSyncStatus } from "../../sync/useSyncStatus.ts";
import { Banner, Button, Page, Skeleton, showToast } from "../../ui/index.ts";
import { useDraft } from "../shared/drafts.ts";
import { useFieldTexts } from "../shared/fields.ts";
import { NotOnThisPhone } from "../shared/NotOnThisPhone.tsx";
import { useReason } from "../shared/useReason.ts";
import { MendField } from "./MendField.tsx";
import { editableFields } from "./mending.ts";
import "./mend.css";

/** A refused mutation as it was entered, to be changed and sent instead. */
export default function MendPage({ id }: { id: string }) {
  const { t } = useTranslation("sync");
  const mutation = useMutation(id);
  if (mutation === null) return <NotOnThisPhone title={t("mend")} backTo="/sync" />;
  if (!mutation) {
    return (
      <Page title={t("mend")} backTo="/sync">
        <Skeleton />
      </Page>
    );
  }
  return <MendForm mutation={mutation} />;
}

function MendForm({ mutation }: { mutation: Mutation }) {
  const { t } = useTranslation("sync");
  const [, navigate] = useLocation();
  const { online } = useSyncStatus();
  const texts = useFieldTexts();
  const reasonOf = useReason();
  const send = useCommand(mutation.name, { replaces: mutation.id });
  const { draft, write, clear } = useDraft<Record<string, unknown>>(`mend/${mutation.id}`, mutation.args);
  const [problem, setProblem] = useState<string | null>(null);
  const args = draft ?? mutation.args;
  const { fields, current } = mutation.result ?? {};

  async function resend() {
    try {
      await send(args as never);
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      setProblem(error.code);
      return;
    }
    clear();
    navigate("/sync", { replace: true, transition: true });
    showToast(t(online ? "sentAgain" : "sentLater"));
  }

  return (
    <Page
      title={t(`mutation.${mutation.name}`)}
      kicker={t("mend")}
      backTo="/sync"
      footer={
        <Button variant="primary" wide icon="unsent" isDisabled={draft === undefined} onPress={resend}>
          {t("sendMended")}
        </Button>
      }
    >
      <Banner tone="bad" title={t("state.rejected")}>
        {reasonOf(mutation)}
      </Banner>
      {problem && (
        <Banner tone="warn" title={t("stillRefused")}>
          {t(`reason.${problem}`, { defaultValue: t("reason.other") })}
        </Banner>
      )}
      {editableFields(mutation.args).map((field) => (
        <MendField
          key={field}
          field={field}
          value={args[field]}
          onChange={(value) => write({ ...args, [field]: value })}
          error={said(fields?.[field])}
          hint={
            current && field in current && current[field] !== mutation.args[field]
              ? t("serverHas", { value: texts.value(field, current[field]) })
              : undefined
          }
        />
      ))}
    </Page>
  );
}

function said(messages: unknown): string | undefined {
  const all = Array.isArray(messages) ? messages.filter((message) => typeof message === "string") : [];
  return all.length > 0 ? all.join(" ") : undefined;
}
