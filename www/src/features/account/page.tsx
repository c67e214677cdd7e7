// The signed-in person: name, language, habits, and signing out.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { stored } from "../../api/base.ts";
import { sessionId, setSession } from "../../api/client.ts";
import { auth, type Me } from "../../api/index.ts";
import { useLoad } from "../../api/load.ts";
import { leaveTo } from "../../api/profiles.ts";
import { isEnded, OTHERS } from "../../api/session.ts";
import { language, list, ownName } from "../../lib/format.ts";
import { LANGUAGES, prefer as speakAs, t } from "../../lib/messages.ts";
import { href } from "../../lib/router.ts";
import { tongues } from "../../lib/tongues.ts";
import { Button } from "../../ui/button.tsx";
import { Switch } from "../../ui/check.tsx";
import { forgetDrafts, unsaved, useDraft } from "../../ui/draft.ts";
import { Failure } from "../../ui/failure.tsx";
import { Field } from "../../ui/field.tsx";
import { Link } from "../../ui/link.tsx";
import { Live, Problem } from "../../ui/notice.tsx";
import { sendAll } from "../../ui/optimistic.ts";
import { usePageName } from "../../ui/page.tsx";
import { Select } from "../../ui/select.tsx";
import { Devices } from "./devices.tsx";
import { NeedsHttps } from "./https.tsx";
import { Keys } from "./keys.tsx";
import { Leaving } from "./leaving.tsx";
import { Passkeys } from "./passkeys.tsx";
import { Password } from "./password.tsx";
import "../settings/style.css";
import "../../ui/shapes.ts";
import "./style.css";

const isLimited = ({ profile }: Me): boolean => profile.maturityLimit !== null;

function Form({ me }: { me: Me }): JSX.Element {
  const [typed, setTyped] = useDraft<Partial<Me>>("account");
  const [known, setKnown] = useState(me);
  const draft = { ...known, ...typed };
  const [problem, setProblem] = useState<string | null>(null);
  const [saved, setSaved] = useState(false);
  const isSaved = saved && typed === null;
  const put = (part: Partial<Me>): void => {
    setSaved(false);
    setTyped((old) => ({ ...old, ...part }));
  };
  const prefer = (part: Partial<Me["preferences"]>): void =>
    put({ preferences: { ...draft.preferences, ...part } });
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setProblem(null);
    const { displayName, language, preferences } = draft;
    // A limited profile changes nothing of the account.
    const account = isLimited(draft) ? {} : { displayName };
    try {
      setKnown(await auth.update({ ...account, language, preferences }));
      setTyped(unsaved(typed ?? {}));
      await speakAs(language);
      setSaved(true);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <form class="card-form" onSubmit={save}>
      {problem !== null && <Problem>{problem}</Problem>}
      {!isLimited(draft) && (
        <Field
          label={t("account.name")}
          name="displayName"
          required
          autocomplete="name"
          value={draft.displayName}
          onInput={(displayName) => put({ displayName })}
        />
      )}
      <Select
        label={t("app.language")}
        value={draft.language}
        options={tongues(draft.language, ownName)}
        hint={t("account.language.hint", { languages: list(LANGUAGES.map(ownName)) })}
        change={(language) => put({ language })}
      />
      <Select
        label={t("account.subtitles")}
        value={draft.preferences.subtitlesLanguage ?? ""}
        options={[
          ["", t("account.subtitles.marked")],
          ...tongues(draft.preferences.subtitlesLanguage, (tag) => language(tag)),
        ]}
        change={(value) => prefer({ subtitlesLanguage: value === "" ? null : value })}
      />
      <Switch checked={draft.preferences.autoplay} change={(autoplay) => prefer({ autoplay })}>
        {t("account.autoplay")}
      </Switch>
      <Switch
        checked={draft.preferences.stillWatching}
        disabled={!draft.preferences.autoplay}
        change={(stillWatching) => prefer({ stillWatching })}
      >
        {t("account.stillWatching")}
      </Switch>
      <div class="actions">
        <Button kind="main" type="submit">
          {t("app.save")}
        </Button>
        {isSaved && <span class="hint">{t("app.saved")}</span>}
        <Live>{isSaved ? t("app.saved") : ""}</Live>
      </div>
    </form>
  );
}

async function signOut(): Promise<void> {
  const session = sessionId.value;
  // What waits to be taken back was this person's wish; without a session nobody takes it.
  if (!isEnded.peek()) await sendAll();
  if (session !== null) await auth.signOut(session).catch(() => undefined);
  forgetDrafts();
  if (stored(OTHERS) == null) setSession(null);
  else await leaveTo(session);
  // The page begins anew: nothing of this person stays in it.
  location.replace(href("/"));
}

export function Account(_: { params: string[] }): JSX.Element {
  const { data, error, reload } = useLoad("me", auth.me);
  const hasFailed = data === null && error !== null;
  usePageName(hasFailed ? "" : t("app.nav.account"));
  useEffect(() => scrollTo({ top: 0, behavior: "instant" }), []);
  if (hasFailed) return <Failure error={error} retry={reload} />;
  return (
    <section class="page account" aria-busy={data === null}>
      <h1>{t("app.nav.account")}</h1>
      {data && (
        <>
          <div class="account-head">
            <p class="hint">
              {t(data.role === "admin" ? "account.signedin.admin" : "account.signedin", {
                email: data.email,
              })}
            </p>
            <Button icon="external" onClick={() => void signOut()}>
              {t("account.signout")}
            </Button>
          </div>
          <Form me={data} />
          <div class="actions" data-rail>
            <Link to="/who" class="button plain">
              {t("account.who")}
            </Link>
            <Link to="/profiles" class="button plain">
              {t("account.profiles")}
            </Link>
          </div>
          {!isLimited(data) && (
            <>
              <Password email={data.email} />
              <Devices />
              <Passkeys />
              <Keys />
            </>
          )}
          <NeedsHttps>{t("account.https.install")}</NeedsHttps>
          {data.profile.maturityLimit === null && <Leaving />}
        </>
      )}
    </section>
  );
}
