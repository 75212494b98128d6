import { useState } from "react";
import { useTranslation } from "react-i18next";
import { listDocuments } from "../../db/documents.ts";
import { useMay, useSession } from "../../db/hooks.ts";
import type { Id, Observation } from "../../db/types.ts";
import { newId } from "../../rules/ids.ts";
import { saysSomething } from "../../rules/observations.ts";
import { useCommand } from "../../sync/useCommand.ts";
import { minorDigits } from "../../ui/format.ts";
import {
  Button,
  CheckChoice,
  List,
  ListRow,
  RadioCards,
  Sheet,
  showToast,
  TextArea,
  TextField,
} from "../../ui/index.ts";
import { PhotosSection } from "../attachments/PhotosSection.tsx";
import { useDraft } from "../shared/drafts.ts";
import { useLocal } from "../shared/useLocal.ts";
import { amountText, type ObservationDraft, readAmount, readDraft, said } from "./draft.ts";

interface ObservationSheetProps {
  accountId: Id;
  visitId: Id | null;
  /** The one to correct; null for a new one. */
  observation: Observation | null;
  onClose: () => void;
}

const KINDS = ["shelf", "competitor"] as const;
const SUGGESTED = 5;

/** Note what was seen, or correct it. What is begun is kept until it is saved. */
export function ObservationSheet({ accountId, visitId, observation, onClose }: ObservationSheetProps) {
  const { t } = useTranslation("observations");
  const currency = useSession()?.organisation.currency ?? "CHF";
  const digits = minorDigits(observation?.currency ?? currency);
  const add = useCommand("observation.add");
  const update = useCommand("observation.update");
  const remove = useCommand("observation.remove");
  const userId = useSession()?.user.id;
  const manages = useMay("visits.manage");
  const mayChange = !observation || observation.observed_by_id === userId || manages;
  const products = useLocal("products/active", (db) => listDocuments(db, "product", { status: "active" })) ?? [];
  const key = `observation/${observation?.id ?? visitId ?? accountId}`;
  const { draft: begun, write, clear } = useDraft<ObservationDraft>(key, readDraft(observation, digits));
  const [searching, setSearching] = useState(false);
  const draft = begun ?? readDraft(observation, digits);
  const set = (fields: Partial<ObservationDraft>) => mayChange && write({ ...draft, ...fields });
  const chosen = products.find(({ id }) => id === draft.product_id);
  const words = draft.product.trim().toLowerCase();
  const suggested = searching && words ? products.filter(({ name }) => name.toLowerCase().includes(words)) : [];
  const amount = readAmount(draft.price, digits);
  const facings = draft.facings.trim() === "" ? null : Number(draft.facings);
  const wrongFacings = facings !== null && !(Number.isInteger(facings) && facings >= 0 && facings <= 10_000);
  const wrongPrice = amount === undefined;

  async function save() {
    const fields = said(draft, digits);
    if (observation) await update({ observation_id: observation.id, ...fields });
    else await add({ id: newId(), account_id: accountId, visit_id: visitId, kind: draft.kind, ...fields });
    clear();
    onClose();
    showToast(t("saved"));
  }

  async function takeAway({ id }: Observation) {
    await remove({ observation_id: id });
    clear();
    onClose();
    showToast(t("removed"));
  }

  return (
    <Sheet
      title={t(observation ? "observation" : "add")}
      isOpen
      onClose={onClose}
      footer={
        mayChange && (
          <Button
            variant="primary"
            wide
            icon="check"
            isDisabled={wrongPrice || wrongFacings || !saysSomething(draft)}
            onPress={save}
          >
            {t("save")}
          </Button>
        )
      }
    >
      {!observation && (
        <RadioCards
          label={t("what")}
          choices={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
          value={draft.kind}
          onChange={(kind) => set({ kind })}
        />
      )}
      {draft.kind === "competitor" && (
        <TextField label={t("competitor")} value={draft.competitor} onChange={(competitor) => set({ competitor })} />
      )}
      <TextField
        label={t("product")}
        value={chosen?.name ?? draft.product}
        onFocus={() => setSearching(true)}
        onChange={(product) => set({ product, product_id: null })}
      />
      {suggested.length > 0 && !chosen && (
        <List label={t("ownProducts")}>
          {suggested.slice(0, SUGGESTED).map(({ id, name, sku }) => (
            <ListRow key={id} title={name} detail={sku} onPress={() => set({ product_id: id, product: "" })} />
          ))}
        </List>
      )}
      <div className="field-pair">
        <TextField
          label={t("price")}
          inputMode="decimal"
          value={draft.price}
          onChange={(price) => set({ price })}
          placeholder={amountText(0, digits)}
          error={wrongPrice ? t("noPrice") : undefined}
        />
        <TextField
          label={t("facings")}
          inputMode="numeric"
          value={draft.facings}
          onChange={(each) => set({ facings: each })}
          error={wrongFacings ? t("noFacings") : undefined}
        />
      </div>
      <CheckChoice
        label={t("stock")}
        choices={[{ value: "out", label: t("outOfStock") }]}
        value={draft.out_of_stock ? ["out"] : []}
        onChange={(ticked) => set({ out_of_stock: ticked.length > 0 })}
      />
      <TextArea label={t("note")} value={draft.note} onChange={(note) => set({ note })} />
      {observation && <PhotosSection entity="observation" id={observation.id} />}
      {observation && mayChange && (
        <Button variant="danger" icon="discard" onPress={() => takeAway(observation)}>
          {t("remove")}
        </Button>
      )}
    </Sheet>
  );
}
