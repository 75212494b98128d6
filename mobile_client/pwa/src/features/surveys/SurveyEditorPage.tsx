import { useTranslation } from "react-i18next";
import { useDocument, useMay } from "../../db/hooks.ts";
import type { AccountClass, Id, Question, Survey } from "../../db/types.ts";
import { newId } from "../../rules/ids.ts";
import { useOnlineCommand } from "../../sync/useOnlineCommand.ts";
import { Badge, Button, CheckChoice, Page, Section, Skeleton, showToast, TextArea, TextField } from "../../ui/index.ts";
import { useDraft } from "../shared/drafts.ts";
import { NotOnThisPhone } from "../shared/NotOnThisPhone.tsx";
import { useWhyNot } from "../shared/useWhyNot.tsx";
import { AnswersSection } from "./AnswersSection.tsx";
import { emptyQuestion, moved } from "./editing.ts";
import { QuestionEditor } from "./QuestionEditor.tsx";
import "./surveys.css";

/** A survey for who makes it: its questions, at which visits it is asked, and what was answered. */
export default function SurveyEditorPage({ id }: { id: Id }) {
  const { t } = useTranslation("surveys");
  const survey = useDocument("survey", id);
  if (survey === null) return <NotOnThisPhone title={t("survey")} backTo="/surveys" />;
  if (!survey) {
    return (
      <Page title={t("survey")} backTo="/surveys">
        <Skeleton />
      </Page>
    );
  }
  return <Editor key={survey.version} survey={survey} />;
}

interface Draft {
  name: string;
  classes: string[];
  /** One a line. */
  purposes: string;
  questions: Question[];
}

const CLASSES: readonly AccountClass[] = ["A", "B", "C"];

function Editor({ survey }: { survey: Survey }) {
  const { t } = useTranslation("surveys");
  const manages = useMay("surveys.manage");
  const update = useOnlineCommand("survey.update");
  const publish = useOnlineCommand("survey.publish");
  const retire = useOnlineCommand("survey.retire");
  const { run, busy, problem } = useWhyNot();
  const initial: Draft = {
    name: survey.name,
    classes: survey.account_classes,
    purposes: survey.purposes.join("\n"),
    questions: (survey.versions.at(-1)?.questions as Question[] | undefined) ?? [emptyQuestion(newId())],
  };
  const { draft = initial, write, clear } = useDraft<Draft>(`survey-editor/${survey.id}`, initial);
  const set = (fields: Partial<Draft>) => write({ ...draft, ...fields });
  const setQuestion = (index: number, question: Question) => set({ questions: draft.questions.with(index, question) });

  const goLive = () =>
    run(async () => {
      const purposes = draft.purposes.split("\n").flatMap((line) => line.trim() || []);
      const fields = { name: draft.name.trim(), account_classes: draft.classes as AccountClass[], purposes };
      await update({ survey_id: survey.id, ...fields });
      await publish({ survey_id: survey.id, questions: draft.questions });
      clear();
      showToast(t("published"));
    });

  return (
    <Page
      wide
      title={survey.name}
      backTo="/surveys"
      subtitle={
        <span className="badges">
          <Badge>{t(`status.${survey.status}`)}</Badge>
          <Badge>{t("version", { count: survey.versions.length })}</Badge>
        </span>
      }
      footer={
        manages && (
          <Button
            variant="primary"
            wide
            icon="check"
            busy={busy}
            isDisabled={draft.questions.length === 0 || draft.questions.some(({ text }) => !text.trim())}
            onPress={goLive}
          >
            {t("publish", { number: survey.versions.length + 1 })}
          </Button>
        )
      }
    >
      {problem}
      <div className="columns">
        {manages && (
          <div className="column">
            <Section title={t("questions")}>
              {draft.questions.map((question, index) => (
                <QuestionEditor
                  key={question.id}
                  number={index + 1}
                  question={question}
                  onChange={(next) => setQuestion(index, next)}
                  onUp={index > 0 ? () => set({ questions: moved(draft.questions, index) }) : null}
                  onRemove={() => set({ questions: draft.questions.toSpliced(index, 1) })}
                />
              ))}
              <Button icon="plus" onPress={() => set({ questions: [...draft.questions, emptyQuestion(newId())] })}>
                {t("addQuestion")}
              </Button>
            </Section>
          </div>
        )}
        <div className="column">
          {manages && (
            <Section title={t("where")}>
              <TextField label={t("name")} value={draft.name} onChange={(name) => set({ name })} />
              <CheckChoice
                label={t("classes")}
                choices={CLASSES.map((value) => ({ value, label: value }))}
                value={draft.classes}
                onChange={(classes) => set({ classes })}
              />
              <TextArea
                label={t("purposes")}
                hint={t("purposesHint")}
                value={draft.purposes}
                onChange={(purposes) => set({ purposes })}
              />
              {survey.status === "published" && (
                <Button variant="danger" busy={busy} onPress={() => run(async () => retire({ survey_id: survey.id }))}>
                  {t("retire")}
                </Button>
              )}
            </Section>
          )}
          <AnswersSection survey={survey} />
        </div>
      </div>
    </Page>
  );
}
