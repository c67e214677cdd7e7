// The signed-in person: name, language, habits, and signing out.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { sessionId, setSession } from "../../api/client.ts";
import { auth, type Me } from "../../api/index.ts";
import { go } from "../../app/router.ts";
import { language } from "../../lib/format.ts";
import { useLoad } from "../../lib/load.ts";
import { Button } from "../../ui/button.tsx";
import { Switch } from "../../ui/check.tsx";
import { Field } from "../../ui/field.tsx";
import { Live, Problem } from "../../ui/notice.tsx";
import { Select } from "../../ui/select.tsx";
import { NeedsHttps } from "./https.tsx";
import "../settings/style.css";
import "./style.css";

const LANGUAGES = [
  "en",
  "de",
  "es",
  "fr",
  "it",
  "ja",
  "ko",
  "nl",
  "pl",
  "pt",
  "ru",
  "sv",
  "uk",
  "zh",
];

function optionsWith(value: string | null): [string, string][] {
  const tags = value === null || LANGUAGES.includes(value) ? LANGUAGES : [value, ...LANGUAGES];
  return tags.map((tag) => [tag, language(tag)]);
}

function Form({ me }: { me: Me }): JSX.Element {
  const [draft, setDraft] = useState(me);
  const [problem, setProblem] = useState<string | null>(null);
  const [saved, setSaved] = useState(false);
  const put = (part: Partial<Me>): void => {
    setSaved(false);
    setDraft((old) => ({ ...old, ...part }));
  };
  const prefer = (part: Partial<Me["preferences"]>): void =>
    put({ preferences: { ...draft.preferences, ...part } });
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setProblem(null);
    const { displayName, language, preferences } = draft;
    try {
      setDraft(await auth.update({ displayName, language, preferences }));
      setSaved(true);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <form class="card-form" onSubmit={save}>
      {problem !== null && <Problem>{problem}</Problem>}
      <Field
        label="Name"
        name="displayName"
        required
        autocomplete="name"
        value={draft.displayName}
        onInput={(displayName) => put({ displayName })}
      />
      <Select
        label="Language"
        value={draft.language}
        options={optionsWith(draft.language)}
        hint="Of titles and descriptions, where they are known in it."
        change={(language) => put({ language })}
      />
      <Select
        label="Subtitles"
        value={draft.preferences.subtitlesLanguage ?? ""}
        options={[
          ["", "Only where they are marked so"],
          ...optionsWith(draft.preferences.subtitlesLanguage),
        ]}
        change={(value) => prefer({ subtitlesLanguage: value === "" ? null : value })}
      />
      <Switch checked={draft.preferences.autoplay} change={(autoplay) => prefer({ autoplay })}>
        The next episode starts by itself
      </Switch>
      <div class="actions">
        <Button kind="main" type="submit">
          Save
        </Button>
        {saved && <span class="hint">Saved.</span>}
        <Live>{saved ? "Saved" : ""}</Live>
      </div>
    </form>
  );
}

async function signOut(): Promise<void> {
  const session = sessionId.value;
  if (session !== null) await auth.signOut(session).catch(() => undefined);
  setSession(null);
  go("/", true);
}

export function Account(_: { params: string[] }): JSX.Element {
  const { data, error } = useLoad("me", auth.me);
  useEffect(() => {
    document.title = "Account – Miauflix";
    scrollTo({ top: 0, behavior: "instant" });
  }, []);
  return (
    <section class="page account" aria-busy={data === null && error === null}>
      <h1>Account</h1>
      {error !== null && <Problem>{error.message}</Problem>}
      {data && (
        <>
          <p class="hint">
            Signed in as {data.email}
            {data.role === "admin" && ", administrator"}
          </p>
          <Form me={data} />
          <NeedsHttps>Signing in with a passkey</NeedsHttps>
          <NeedsHttps>Installing Miauflix as an app</NeedsHttps>
          <Button icon="external" onClick={() => void signOut()}>
            Sign out
          </Button>
        </>
      )}
    </section>
  );
}
