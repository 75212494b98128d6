import { lazy, Suspense, useEffect } from "react";
import { RouterProvider } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Redirect, Route, Router, Switch, useLocation } from "wouter";
import { AppShell } from "./AppShell.tsx";
import { useMay, useSession } from "./db/hooks.ts";
import { ErrorBoundary } from "./ErrorScreen.tsx";
import { TodayPage } from "./features/today/TodayPage.tsx";
import { lazyScreen } from "./i18n/lazyScreen.ts";
import { getDatabase } from "./session/session.ts";
import { pokeSync } from "./sync/poke.ts";
import { EmptyState, Page, withViewTransition } from "./ui/index.ts";

// Only the first screen is in the first script; every other one is its own chunk.
const Toasts = lazy(async () => ({ default: (await import("./ui/Toast.tsx")).Toasts }));
const SignInPage = lazyScreen(() => import("./features/sign-in/SignInPage.tsx"));
const AccountsPage = lazyScreen(() => import("./features/accounts/AccountsPage.tsx"));
const AccountPage = lazyScreen(() => import("./features/accounts/AccountPage.tsx"));
const VisitPage = lazyScreen(() => import("./features/visits/VisitPage.tsx"));
const SurveyPage = lazyScreen(() => import("./features/surveys/SurveyPage.tsx"));
const SurveysPage = lazyScreen(() => import("./features/surveys/SurveysPage.tsx"));
const SurveyEditorPage = lazyScreen(() => import("./features/surveys/SurveyEditorPage.tsx"));
const TaskRulesPage = lazyScreen(() => import("./features/tasks/TaskRulesPage.tsx"));
const OrderFormPage = lazyScreen(() => import("./features/orders/OrderFormPage.tsx"));
const OrderPage = lazyScreen(() => import("./features/orders/OrderPage.tsx"));
const QuotePage = lazyScreen(() => import("./features/orders/QuotePage.tsx"));
const JobPage = lazyScreen(() => import("./features/jobs/JobPage.tsx"));
const NoticesPage = lazyScreen(() => import("./features/notices/NoticesPage.tsx"));
const SyncPage = lazyScreen(() => import("./features/sync/SyncPage.tsx"));
const MendPage = lazyScreen(() => import("./features/mend/MendPage.tsx"));
const ConflictsPage = lazyScreen(() => import("./features/conflicts/ConflictsPage.tsx"));
const RejectionsPage = lazyScreen(() => import("./features/rejections/RejectionsPage.tsx"));
const DayMapPage = lazyScreen(() => import("./features/today/DayMapPage.tsx"));
const WhoNextPage = lazyScreen(() => import("./features/who-next/WhoNextPage.tsx"));
const WeekPage = lazyScreen(() => import("./features/week/WeekPage.tsx"));
const FiguresPage = lazyScreen(() => import("./features/figures/FiguresPage.tsx"));
const MePage = lazyScreen(() => import("./features/me/MePage.tsx"));
const TerritoriesPage = lazyScreen(() => import("./features/territories/TerritoriesPage.tsx"));
const OutlinePage = lazyScreen(() => import("./features/territories/OutlinePage.tsx"));
const TerritoryPlanPage = lazyScreen(() => import("./features/territories/TerritoryPlanPage.tsx"));
const PlanningScreens = lazyScreen(() => import("./features/call-plans/PlanningScreens.tsx"));
const BoardPage = lazyScreen(() => import("./features/board/BoardPage.tsx"));

export function App() {
  return (
    <Router aroundNav={withViewTransition}>
      <Navigation />
      <Suspense fallback={null}>
        <Toasts />
      </Suspense>
    </Router>
  );
}

function Navigation() {
  const [location, navigate] = useLocation();
  const databaseName = useSession()?.databaseName;
  useEffect(() => (databaseName ? keepInStep() : undefined), [databaseName]);
  useEffect(() => followServiceWorker(navigate), [navigate]);
  return (
    <RouterProvider navigate={navigate}>
      {databaseName ? (
        // Nothing of one person's screens is left standing when another signs in.
        <AppShell key={databaseName}>
          <ErrorBoundary key={location}>
            <Suspense fallback={null}>
              <Screens />
            </Suspense>
          </ErrorBoundary>
        </AppShell>
      ) : (
        <Suspense fallback={null}>
          <SignInPage />
        </Suspense>
      )}
    </RouterProvider>
  );
}

/** Sync for as long as this person is signed in; the screen is drawn before the engine is loaded. */
function keepInStep(): () => void {
  let over = false;
  const stops: (() => void)[] = [];
  void import("./sync/loop.ts").then(({ startSync }) => {
    if (!over) stops.push(startSync(getDatabase()));
  });
  void import("./attachments/lane.ts").then(({ startUploads }) => {
    if (!over) stops.push(startUploads(getDatabase()));
  });
  // Its answer to "ready" comes when the screens are kept: only then it is asked to keep the map too.
  const worker = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  void worker?.ready.then(({ active }) => active?.postMessage({ type: "keep-map" }));
  return () => {
    over = true;
    for (const stop of stops) stop();
  };
}

/** A push says that something is new; a tapped notification opens its link in the window that is already there. */
function followServiceWorker(navigate: (to: string) => void): () => void {
  const worker = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  const follow = (event: MessageEvent) => {
    if (event.data?.type === "poke") pokeSync();
    if (event.data?.type === "open") navigate(event.data.link);
  };
  worker?.addEventListener("message", follow);
  return () => worker?.removeEventListener("message", follow);
}

function Screens() {
  const goesOut = useMay("visits.work");
  const repairs = useMay("appointments.work");
  const dispatches = useMay("appointments.dispatch");
  return (
    <Switch>
      <Route path="/">
        <Redirect to={dispatches && !goesOut && !repairs ? "/board" : "/today"} replace />
      </Route>
      <Route path="/sign-in" component={SignInPage} />
      <Route path="/today" component={TodayPage} />
      <Route path="/today/map" component={DayMapPage} />
      <Route path="/who-next" component={WhoNextPage} />
      <Route path="/week" component={WeekPage} />
      <Route path="/accounts" component={AccountsPage} />
      <Route path="/accounts/:id">{({ id }) => <AccountPage key={id} id={id} />}</Route>
      <Route path="/visits/:id">{({ id }) => <VisitPage key={id} id={id} />}</Route>
      <Route path="/visits/:visitId/surveys/:surveyId">
        {({ visitId, surveyId }) => <SurveyPage key={visitId + surveyId} visitId={visitId} surveyId={surveyId} />}
      </Route>
      <Route path="/orders/new">{() => <OrderFormPage />}</Route>
      <Route path="/orders/:id">{({ id }) => <OrderPage key={id} id={id} />}</Route>
      <Route path="/quotes/new">{() => <OrderFormPage quoting />}</Route>
      <Route path="/quotes/:id">{({ id }) => <QuotePage key={id} id={id} />}</Route>
      <Route path="/jobs/:id">{({ id }) => <JobPage key={id} id={id} />}</Route>
      <Route path="/surveys" component={SurveysPage} />
      <Route path="/surveys/:id">{({ id }) => <SurveyEditorPage key={id} id={id} />}</Route>
      <Route path="/task-rules" component={TaskRulesPage} />
      <Route path="/notices" component={NoticesPage} />
      <Route path="/sync" component={SyncPage} />
      <Route path="/mend/:id">{({ id }) => <MendPage key={id} id={id} />}</Route>
      <Route path="/conflicts" component={ConflictsPage} />
      <Route path="/rejections" component={RejectionsPage} />
      <Route path="/figures" component={FiguresPage} />
      <Route path="/me" component={MePage} />
      <Route path="/board" component={BoardPage} />
      <Route path={/^\/(?:call-plans|call-cycle(?:\/service)?|working-time)$/} component={PlanningScreens} />
      <Route path="/territories" component={TerritoriesPage} />
      <Route path="/territories/:id/outline">{({ id }) => <OutlinePage key={id} id={id} />}</Route>
      <Route path="/territory-plans/:id">{({ id }) => <TerritoryPlanPage key={id} id={id} />}</Route>
      <Route component={NotFoundPage} />
    </Switch>
  );
}

function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("notFound")} backTo="/">
      <EmptyState icon="info" title={t("notFound")} />
    </Page>
  );
}
