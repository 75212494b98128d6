import { useTranslation } from "react-i18next";

const STATES = ["unsent", "awaiting", "duplicate", "retry", "merged", "conflict", "rejected", "failed"] as const;

/** What each word on this screen means, for somebody who has never seen it. */
export function Meanings() {
  const { t } = useTranslation("sync");
  return (
    <details className="meanings">
      <summary>{t("meanings")}</summary>
      <dl>
        {STATES.map((state) => (
          <div key={state}>
            <dt>{t(`meaning.${state}.word`)}</dt>
            <dd>{t(`meaning.${state}.text`)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
