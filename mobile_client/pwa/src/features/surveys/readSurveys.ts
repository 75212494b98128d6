import type { Database } from "../../db/database.ts";
import { getDocument, listDocuments } from "../../db/documents.ts";
import type { Account, Id, Survey, SurveyAnswer, SurveyVersion, Visit } from "../../db/types.ts";
import { appliesTo, currentVersion } from "../../rules/surveys.ts";

export interface SurveyAtVisit {
  survey: Survey;
  answer: SurveyAnswer | null;
}

/** The surveys of a visit: those that are asked now and fit it, and those that were answered at it, by name. */
export async function readSurveys(db: Database, visit: Visit, account: Account | null): Promise<SurveyAtVisit[]> {
  const [surveys, answers] = await Promise.all([
    listDocuments(db, "survey", {}),
    listDocuments(db, "survey_answer", { visit_id: visit.id }),
  ]);
  return surveys
    .map((survey) => ({ survey, answer: answers.find(({ survey_id }) => survey_id === survey.id) ?? null }))
    .filter(({ survey, answer }) => answer || (currentVersion(survey) !== null && appliesTo(survey, visit, account)))
    .sort((a, b) => a.survey.name.localeCompare(b.survey.name));
}

export interface SurveyInHand extends SurveyAtVisit {
  visit: Visit;
  account: Account | null;
  /** What to answer when nothing was begun: the version that was answered, else the one that is asked now. */
  version: SurveyVersion | null;
}

export async function readSurvey(db: Database, visitId: Id, surveyId: Id): Promise<SurveyInHand | null> {
  const [visit, survey, answers] = await Promise.all([
    getDocument(db, "visit", visitId),
    getDocument(db, "survey", surveyId),
    listDocuments(db, "survey_answer", { visit_id: visitId, survey_id: surveyId }),
  ]);
  if (!visit || !survey) return null;
  const answer = answers[0] ?? null;
  const version = answer
    ? (survey.versions.find(({ number }) => number === answer.survey_version) ?? null)
    : currentVersion(survey);
  return { visit, survey, answer, version, account: await getDocument(db, "account", visit.account_id) };
}

/** Where the answers that somebody has begun are kept. The version is kept with them: they answer just that one. */
export function draftKey(visitId: Id, surveyId: Id): string {
  return `survey/${visitId}/${surveyId}`;
}
