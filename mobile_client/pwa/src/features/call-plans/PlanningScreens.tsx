import { Route, Switch } from "wouter";
import { CallCyclePage } from "../call-cycle/CallCyclePage.tsx";
import { ServicePage } from "../call-cycle/ServicePage.tsx";
import { WorkingTimePage } from "../working-time/WorkingTimePage.tsx";
import { CallPlansPage } from "./CallPlansPage.tsx";

/** The screens for who plans ahead: in one chunk, since each leads to the others. */
export default function PlanningScreens() {
  return (
    <Switch>
      <Route path="/call-plans" component={CallPlansPage} />
      <Route path="/call-cycle" component={CallCyclePage} />
      <Route path="/call-cycle/service" component={ServicePage} />
      <Route path="/working-time" component={WorkingTimePage} />
    </Switch>
  );
}
