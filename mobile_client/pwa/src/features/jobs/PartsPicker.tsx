import { useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton, List, ListRow, NumberStepper, SearchField, Section } from "../../ui/index.ts";
import { useLocal } from "../shared/useLocal.ts";
import { type DraftPart, readParts, searchParts, withPart } from "./parts.ts";

const SHOWN = 8;

export function PartsPicker({
  parts,
  onChange,
}: {
  parts: readonly DraftPart[];
  onChange: (parts: DraftPart[]) => void;
}) {
  const { t } = useTranslation("jobs");
  const [query, setQuery] = useState("");
  const catalogue = useLocal("parts", readParts) ?? [];
  const used = new Set(parts.map(({ product_id }) => product_id));
  const found = query ? searchParts(catalogue, query).filter(({ id }) => !used.has(id)) : [];
  return (
    <Section title={t("partsUsed")}>
      {parts.length === 0 && <p className="muted">{t("noParts")}</p>}
      {parts.length > 0 && (
        <List label={t("partsUsed")}>
          {parts.map((part) => (
            <ListRow
              key={part.id}
              title={part.name}
              detail={part.sku}
              trailing={
                <NumberStepper
                  label={part.name}
                  value={part.quantity}
                  onChange={(quantity) => onChange(withPart(parts, { ...part, id: part.product_id }, quantity))}
                />
              }
            />
          ))}
        </List>
      )}
      <SearchField label={t("searchParts")} value={query} onChange={setQuery} />
      {query && found.length === 0 && <p className="muted">{t("noPartFound")}</p>}
      {found.length > 0 && (
        <List label={t("foundParts")}>
          {found.slice(0, SHOWN).map((product) => (
            <ListRow
              key={product.id}
              title={product.name}
              detail={product.sku}
              trailing={
                <IconButton
                  icon="plus"
                  label={t("addPart", { name: product.name })}
                  onPress={() => {
                    onChange(withPart(parts, product, 1));
                    setQuery("");
                  }}
                />
              }
            />
          ))}
        </List>
      )}
    </Section>
  );
}
