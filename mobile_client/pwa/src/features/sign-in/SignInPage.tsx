import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useSession } from "../../db/hooks.ts";
import { signIn } from "../../session/auth.ts";
import { farewell } from "../../session/session.ts";
import { Banner, Button, TextField } from "../../ui/index.ts";
import "./sign-in.css";

export default function SignInPage() {
  const { t } = useTranslation("sign-in");
  const [, navigate] = useLocation();
  const session = useSession();
  const because = session ? null : farewell();
  const [email, setEmail] = useState(session?.user.email ?? "");
  const [password, setPassword] = useState("");
  const [organisation, setOrganisation] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await signIn({ email, password, organisation: organisation?.trim() || undefined });
      navigate("/", { replace: true });
    } catch (error) {
      const code = (error as { code?: string }).code ?? "unreachable";
      if (code === "auth.organisation_required") setOrganisation(organisation ?? "");
      setProblem(code);
      setBusy(false);
    }
  }

  return (
    <main className="sign-in">
      <form className="sign-in-form" onSubmit={submit}>
        <img src="/icon.svg" alt="" width={64} height={64} />
        <h1>{t("title")}</h1>
        <p className="muted">{t(session ? "again" : "lead")}</p>
        {because && (
          <Banner tone="info" title={t(`farewell.${because}`, { defaultValue: t("farewell.other") })}>
            {t("farewellWhy")}
          </Banner>
        )}
        {problem && <Banner tone="bad" title={t(`problem.${problem}`, { defaultValue: t("problem.other") })} />}
        <TextField
          label={t("email")}
          type="email"
          name="email"
          autoComplete="username"
          inputMode="email"
          isRequired
          value={email}
          onChange={setEmail}
        />
        <TextField
          label={t("password")}
          type="password"
          name="password"
          autoComplete="current-password"
          isRequired
          value={password}
          onChange={setPassword}
        />
        {organisation !== null && (
          <TextField
            label={t("organisation")}
            hint={t("organisationHint")}
            name="organisation"
            isRequired
            value={organisation}
            onChange={setOrganisation}
          />
        )}
        <Button type="submit" variant="primary" wide busy={busy}>
          {t("signIn")}
        </Button>
      </form>
    </main>
  );
}
