import { useTranslation } from "react-i18next";
import { Banner, Card, CheckChoice, Facts, Section } from "../../ui/index.ts";
import type { OutlinePreview as Preview } from "./outline.ts";

const SHOWN = 30;

/** What an outline means before it is saved: who lies in it, who comes over, who is left outside, what overlaps. */
export function OutlinePreview({
  preview: { inside, coming, outside, overlaps },
  drawn,
  nameOf,
  left,
  onLeave,
}: {
  preview: Preview;
  drawn: boolean;
  nameOf: (territoryId: string) => string;
  /** Accounts that lie inside and yet are not to come over. */
  left: readonly string[];
  onLeave: (ids: string[]) => void;
}) {
  const { t } = useTranslation("territories");
  if (!drawn) return <Banner tone="info" title={t("outline.notYet")} />;
  const ids = coming.map(({ id }) => id);
  return (
    <>
      {overlaps.length > 0 && (
        <Banner tone="warn" title={t("outline.overlaps", { names: overlaps.join(", ") })}>
          {t("outline.overlapsWhy")}
        </Banner>
      )}
      <Card>
        <Facts
          rows={[
            [t("outline.inside"), t("accounts", { count: inside })],
            [t("outline.coming"), t("accounts", { count: coming.length })],
            [t("outline.outside"), t("accounts", { count: outside.length })],
          ]}
        />
      </Card>
      {coming.length > 0 && (
        <Section title={t("outline.comingTitle")}>
          <CheckChoice
            many
            label={t("outline.comingWhy")}
            choices={coming.slice(0, SHOWN).map(({ id, name, territory_id }) => ({
              value: id,
              label: name,
              detail: nameOf(territory_id),
            }))}
            value={ids.filter((id) => !left.includes(id))}
            onChange={(values) => onLeave(ids.slice(0, SHOWN).filter((id) => !values.includes(id)))}
          />
          {coming.length > SHOWN && <p className="muted">{t("outline.more", { count: coming.length - SHOWN })}</p>}
        </Section>
      )}
      {outside.length > 0 && (
        <Section title={t("outline.outsideTitle")}>
          <p className="muted">{t("outline.outsideWhy")}</p>
          <p>
            {outside
              .slice(0, SHOWN)
              .map(({ name }) => name)
              .join(", ")}
          </p>
          {outside.length > SHOWN && <p className="muted">{t("outline.more", { count: outside.length - SHOWN })}</p>}
        </Section>
      )}
    </>
  );
}
