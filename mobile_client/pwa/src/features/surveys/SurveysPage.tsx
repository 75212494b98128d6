import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { listDocuments } from "../../db/documents.ts";
import { useMay } from "../../db/hooks.ts";
import type { Survey } from "../../db/types.ts";
import { newId } from "../../rules/ids.ts";
import { useOnlineCommand } from "../../sync/useOnlineCommand.ts";
import {
  Badge,
  Button,
  EmptyState,
  List,
  ListRow,
  Page,
  Sheet,
  Skeleton,
  TextField,
  type Tone,
} from "../../ui/index.ts";
import { useLocal } from "../shared/useLocal.ts";
import { useWhyNot } from "../shared/useWhyNot.tsx";

const TONES: Record<Survey["status"], Tone> = { draft: "warn", published: "good", retired: "neutral" };

/** All surveys, for those who make them. */
export default function SurveysPage() {
  const { t } = useTranslation("surveys");
  const manages = useMay("surveys.manage");
  const [naming, setNaming] = useState(false);
  const surveys = useLocal("surveys", async (db) =>
    (await listDocuments(db, "survey", {})).sort((a, b) => a.name.localeCompare(b.name)),
  );
  return (
    <Page
      title={t("list")}
      backTo="/me"
      footer={
        manages && (
          <Button variant="primary" wide icon="plus" onPress={() => setNaming(true)}>
            {t("new")}
          </Button>
        )
      }
    >
      {!surveys && <Skeleton />}
      {surveys?.length === 0 && <EmptyState icon="survey" title={t("none")} />}
      {surveys && surveys.length > 0 && (
        <List label={t("list")}>
          {surveys.map((survey) => (
            <ListRow
              key={survey.id}
              icon="survey"
              to={`/surveys/${survey.id}`}
              title={survey.name}
              detail={t("version", { count: survey.versions.length })}
              trailing={<Badge tone={TONES[survey.status]}>{t(`status.${survey.status}`)}</Badge>}
            />
          ))}
        </List>
      )}
      {naming && <NewSurveySheet onClose={() => setNaming(false)} />}
    </Page>
  );
}

function NewSurveySheet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("surveys");
  const create = useOnlineCommand("survey.create");
  const [name, setName] = useState("");
  const [, navigate] = useLocation();
  const { run, busy, problem } = useWhyNot();

  const make = () =>
    run(async () => {
      const id = newId();
      await create({ id, name: name.trim() });
      onClose();
      navigate(`/surveys/${id}`, { transition: true });
    });

  return (
    <Sheet
      title={t("new")}
      isOpen
      onClose={onClose}
      footer={
        <Button variant="primary" wide busy={busy} isDisabled={!name.trim()} onPress={make}>
          {t("goOn")}
        </Button>
      }
    >
      {problem}
      <TextField label={t("name")} value={name} onChange={setName} maxLength={200} />
    </Sheet>
  );
}
