import { useId } from "react";
import { Radio, RadioGroup } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Icon } from "../../ui/index.ts";
import { changeOf, FIGURES, type Figure, type FigureKey } from "./figures.ts";
import type { Seen } from "./useFigures.ts";
import { useWrite } from "./useWrite.ts";

interface CardsProps {
  seen: Seen;
  chosen: FigureKey;
  onChoose: (key: FigureKey) => void;
}

/** Every figure with what it was before. The chosen one is drawn and explained below. */
export function FigureCards({ seen, chosen, onChoose }: CardsProps) {
  const { t } = useTranslation("figures");
  const write = useWrite(seen.currency);
  const id = useId();
  return (
    <div>
      <RadioGroup
        className="figure-cards"
        aria-label={t("figures")}
        aria-describedby={id}
        value={chosen}
        onChange={(key) => onChoose(key as FigureKey)}
      >
        {FIGURES.map((figure) => (
          <Radio key={figure.key} value={figure.key} className="figure-card">
            <Card figure={figure} seen={seen} />
          </Radio>
        ))}
      </RadioGroup>
      <p id={id} className="muted figure-how">
        {t("comparedWith", { days: write.days(seen.before) })}
      </p>
    </div>
  );
}

function Card({ figure, seen }: { figure: Figure; seen: Seen }) {
  const { t } = useTranslation("figures");
  const write = useWrite(seen.currency);
  const [now, before] = [seen.total?.[figure.key] ?? null, seen.totalBefore?.[figure.key] ?? null];
  const change = changeOf(figure, now, before);
  return (
    <>
      <span className="figure-name">{t(`name.${figure.key}`)}</span>
      <span className="figure-value">{write.figure(figure.unit, now)}</span>
      <span className="figure-before">
        {change && (
          <span className="figure-change" data-news={change.news}>
            {change.by !== 0 && <Icon name={change.by > 0 ? "up" : "chevron-down"} size={14} />}
            {change.by === 0 ? t("same") : write.change(change)}
          </span>
        )}
        <span className="muted">{t("was", { value: write.figure(figure.unit, before) })}</span>
      </span>
    </>
  );
}
