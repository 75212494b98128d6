import { lazy, Suspense } from "react";
import { RouterProvider } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { useSession } from "./db/hooks.ts";
import { TodayPage } from "./features/today/TodayPage.tsx";

// Only the first screen is in the first script; every other one is its own chunk.
const SignInPage = lazy(() => import("./features/sign-in/SignInPage.tsx"));
const AccountsPage = lazy(() => import("./features/accounts/AccountsPage.tsx"));
const AccountPage = lazy(() => import("./features/accounts/AccountPage.tsx"));
const VisitPage = lazy(() => import("./features/visits/VisitPage.tsx"));
const OrderFormPage = lazy(() => import("./features/orders/OrderFormPage.tsx"));
const OrderPage = lazy(() => import("./features/orders/OrderPage.tsx"));
const JobPage = lazy(() => import("./features/jobs/JobPage.tsx"));
const NoticesPage = lazy(() => import("./features/notices/NoticesPage.tsx"));
const SyncPage = lazy(() => import("./features/sync/SyncPage.tsx"));
const MePage = lazy(() => import("./features/me/MePage.tsx"));
const BoardPage = lazy(() => import("./features/board/BoardPage.tsx"));

export function App() {
  const [, navigate] = useLocation();
  const session = useSession();
  return (
    <RouterProvider navigate={navigate}>
      <Suspense fallback={null}>{session ? <Screens /> : <SignInPage />}</Suspense>
    </RouterProvider>
  );
}

function Screens() {
  const { t } = useTranslation();
  return (
    <Switch>
      <Route path="/">
        <Redirect to="/today" replace />
      </Route>
      <Route path="/sign-in" component={SignInPage} />
      <Route path="/today" component={TodayPage} />
      <Route path="/accounts" component={AccountsPage} />
      <Route path="/accounts/:id">{({ id }) => <AccountPage id={id} />}</Route>
      <Route path="/visits/:id">{({ id }) => <VisitPage id={id} />}</Route>
      <Route path="/orders/new" component={OrderFormPage} />
      <Route path="/orders/:id">{({ id }) => <OrderPage id={id} />}</Route>
      <Route path="/jobs/:id">{({ id }) => <JobPage id={id} />}</Route>
      <Route path="/notices" component={NoticesPage} />
      <Route path="/sync" component={SyncPage} />
      <Route path="/me" component={MePage} />
      <Route path="/board" component={BoardPage} />
      <Route>{t("notFound")}</Route>
    </Switch>
  );
}
