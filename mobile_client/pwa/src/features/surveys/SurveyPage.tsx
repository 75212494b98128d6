import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useSession } from "../../db/hooks.ts";
import type { Answer, Answers, Id, Question } from "../../db/types.ts";
import { newId } from "../../rules/ids.ts";
import { isEmpty, type Problem, problemsOf, questionsOf } from "../../rules/surveys.ts";
import { useCommand } from "../../sync/useCommand.ts";
import { Banner, Button, EmptyState, Page, Skeleton, showToast, useGoBack } from "../../ui/index.ts";
import { useDraft } from "../shared/drafts.ts";
import { NotOnThisPhone } from "../shared/NotOnThisPhone.tsx";
import { RefusedBanner } from "../shared/RefusedBanner.tsx";
import { useLocal } from "../shared/useLocal.ts";
import { QuestionField } from "./QuestionField.tsx";
import { draftKey, readSurvey, type SurveyInHand } from "./readSurveys.ts";
import "./surveys.css";

interface SurveyPageProps {
  visitId: Id;
  surveyId: Id;
}

/** The questions of a survey at a visit, on one screen. */
export default function SurveyPage({ visitId, surveyId }: SurveyPageProps) {
  const { t } = useTranslation("surveys");
  const backTo = `/visits/${visitId}`;
  const view = useLocal(`survey/${visitId}/${surveyId}`, (db) => readSurvey(db, visitId, surveyId));
  if (view === null) return <NotOnThisPhone title={t("survey")} backTo={backTo} />;
  if (!view) {
    return (
      <Page title={t("survey")} backTo={backTo}>
        <Skeleton />
      </Page>
    );
  }
  return <SurveyForm view={view} />;
}

interface Draft {
  version: number;
  answers: Answers;
}

function SurveyForm({ view: { visit, survey, answer, version, account } }: { view: SurveyInHand }) {
  const { t } = useTranslation("surveys");
  const backTo = `/visits/${visit.id}`;
  const goBack = useGoBack(backTo);
  const userId = useSession()?.user.id;
  const manages = useMay("visits.manage");
  const give = useCommand("survey.answer");
  const correct = useCommand("survey_answer.update");
  const initial: Draft = { version: version?.number ?? 0, answers: answer?.answers ?? {} };
  const { draft, write, clear } = useDraft<Draft>(draftKey(visit.id, survey.id), initial);
  const latest = useRef<Draft>(undefined);
  const [checked, setChecked] = useState(false);
  const form = useRef<HTMLDivElement>(null);

  if (!draft) {
    return (
      <Page title={survey.name} backTo={backTo}>
        <Skeleton />
      </Page>
    );
  }
  latest.current = draft;
  const asked = survey.versions.some(({ number }) => number === draft.version)
    ? questionsOf(survey, draft.version)
    : null;
  if (!asked) {
    return (
      <Page title={survey.name} backTo={backTo}>
        <EmptyState icon="survey" title={t("notAsked")} />
      </Page>
    );
  }
  const questions: readonly Question[] = asked;
  const mayAnswer = answer ? answer.answered_by_id === userId || manages : visit.rep_id === userId || manages;
  const problems = problemsOf(questions, draft.answers);

  // A photo is kept while the person goes on answering: each change builds on the latest draft.
  function change(id: Id, next: (before: Answer | undefined) => Answer) {
    const before = latest.current ?? initial;
    const after = { ...before, answers: { ...before.answers, [id]: next(before.answers[id]) } };
    latest.current = after;
    return write(after);
  }

  async function save() {
    const { version: answered, answers } = latest.current ?? initial;
    if (problemsOf(questions, answers).size > 0) {
      setChecked(true);
      requestAnimationFrame(() => form.current?.querySelector("[data-problem]")?.scrollIntoView({ block: "center" }));
      return;
    }
    const given = Object.fromEntries(Object.entries(answers).filter(([, each]) => !isEmpty(each)));
    if (answer) await correct({ survey_answer_id: answer.id, answers: given });
    else {
      const ids = { id: newId(), survey_id: survey.id, visit_id: visit.id };
      await give({ ...ids, survey_version: answered, answers: given });
    }
    clear();
    goBack();
    showToast(t("saved"));
  }

  return (
    <Page
      title={survey.name}
      kicker={account?.name}
      backTo={backTo}
      footer={
        mayAnswer && (
          <Button variant="primary" wide icon="check" onPress={save}>
            {t(answer ? "saveCorrection" : "finish")}
          </Button>
        )
      }
    >
      {answer && <RefusedBanner entity="survey_answer" id={answer.id} />}
      {checked && problems.size > 0 && (
        <Banner tone="bad" title={t("problems", { count: problems.size })}>
          {t("problemsWhy")}
        </Banner>
      )}
      <div className="survey" ref={form}>
        {questions.map((question, index) => (
          <div key={question.id} data-problem={(checked && problems.has(question.id)) || undefined}>
            <QuestionField
              question={question}
              number={index + 1}
              visitId={visit.id}
              answer={draft.answers[question.id] ?? null}
              onChange={(next) => change(question.id, next)}
              problem={checked ? (problems.get(question.id) as Problem | undefined) : undefined}
              readOnly={!mayAnswer}
            />
          </div>
        ))}
      </div>
      {mayAnswer && <p className="muted">{t("kept")}</p>}
    </Page>
  );
}
