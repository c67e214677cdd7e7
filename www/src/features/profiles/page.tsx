// The profiles of an account: made, changed and removed.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { auth, type Profile } from "../../api/index.ts";
import { useLoad } from "../../api/load.ts";
import { type Proof, profiles } from "../../api/profiles.ts";
import { t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Failure } from "../../ui/failure.tsx";
import { Link } from "../../ui/link.tsx";
import { Notice, Problem } from "../../ui/notice.tsx";
import { usePageName } from "../../ui/page.tsx";
import { Avatar } from "./avatar.tsx";
import { Editor } from "./editor.tsx";
import { ProofDialog } from "./proof.tsx";
import { facts } from "./state.ts";
import "../../ui/panel.css";
import "../../ui/shapes.ts";
import "./style.css";

const MOST = 10;

/** Removes one after a question, and after its PIN where it has one. */
function Removal(props: { of: Profile; done: () => void; close: () => void }): JSX.Element {
  const { of } = props;
  const [isSure, setSure] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const remove = async (proof: Proof): Promise<void> => {
    await profiles.remove(of.id, proof);
    props.done();
  };
  const go = async (): Promise<void> => {
    if (of.hasPin) return setSure(true);
    await remove({}).catch((error: Error) => setProblem(error.message));
  };
  if (isSure)
    return <ProofDialog name={of.name} hasPin open onClose={props.close} prove={remove} />;
  return (
    <Dialog label={t("profiles.remove.title", { name: of.name })} open onClose={props.close}>
      {problem !== null && <Problem>{problem}</Problem>}
      <p>{t("profiles.remove.text")}</p>
      <div class="actions">
        <Button kind="main" onClick={() => void go()}>
          {t("profiles.remove")}
        </Button>
        <Button onClick={props.close} autoFocus>
          {t("profiles.keep")}
        </Button>
      </div>
    </Dialog>
  );
}

interface RowProps {
  profile: Profile;
  isCurrent: boolean;
  edit: () => void;
  remove: () => void;
}

function Row({ profile, isCurrent, edit, remove }: RowProps): JSX.Element {
  const about = [...(isCurrent ? [t("profiles.current")] : []), facts(profile)].filter(Boolean);
  return (
    <li class="panel profile">
      <Avatar of={profile} />
      <div class="profile-text">
        <strong>{profile.name}</strong>
        {about.length > 0 && <span class="hint">{about.join(" – ")}</span>}
      </div>
      <div class="actions" data-rail>
        <Button onClick={edit}>
          {t("profiles.edit")} <span class="visually-hidden">{profile.name}</span>
        </Button>
        {!isCurrent && (
          <Button icon="trash" onClick={remove}>
            {t("profiles.remove")} <span class="visually-hidden">{profile.name}</span>
          </Button>
        )}
      </div>
    </li>
  );
}

/** What lies over the page. */
type Over = { kind: "edit" | "remove"; profile: Profile } | { kind: "new" } | null;

function All(props: { all: Profile[]; current: string; reload: () => void }): JSX.Element {
  const { all, current } = props;
  const [over, setOver] = useState<Over>(null);
  const close = (): void => setOver(null);
  const done = (): void => {
    setOver(null);
    props.reload();
    // Who watches now may be another: what was kept for who did before goes (app/later.ts).
    auth.me().catch(() => undefined);
  };
  const edited = over?.kind === "edit" ? over.profile : null;
  return (
    <>
      <ul class="profiles">
        {all.map((profile) => (
          <Row
            key={profile.id}
            profile={profile}
            isCurrent={profile.id === current}
            edit={() => setOver({ kind: "edit", profile })}
            remove={() => setOver({ kind: "remove", profile })}
          />
        ))}
      </ul>
      <div class="actions" data-rail>
        {all.length < MOST && (
          <Button icon="plus" kind="main" onClick={() => setOver({ kind: "new" })}>
            {t("profiles.new")}
          </Button>
        )}
        <Link to="/who" class="button plain">
          {t("profiles.who")}
        </Link>
      </div>
      <Dialog
        label={edited === null ? t("profiles.new") : edited.name}
        open={over?.kind === "edit" || over?.kind === "new"}
        onClose={close}
      >
        <Editor profile={edited} isCurrent={edited?.id === current} done={done} />
      </Dialog>
      {over?.kind === "remove" && <Removal of={over.profile} done={done} close={close} />}
    </>
  );
}

export function Profiles(_: { params: string[] }): JSX.Element {
  const { data, error, reload } = useLoad("profiles", profiles.list);
  const hasFailed = data === null && error !== null;
  usePageName(hasFailed ? "" : t("profiles.title"));
  useEffect(() => scrollTo({ top: 0, behavior: "instant" }), []);
  if (hasFailed) return <Failure error={error} retry={reload} />;
  const isLimited =
    data?.profiles.some(({ id, maturityLimit }) => id === data.current && maturityLimit !== null) ??
    false;
  return (
    <section class="page profiles-page" aria-busy={data === null}>
      <h1>{t("profiles.title")}</h1>
      <p class="hint">{t("profiles.text")}</p>
      {isLimited && <Notice>{t("profiles.limited")}</Notice>}
      {isLimited && (
        <Link to="/who" class="button plain">
          {t("profiles.who")}
        </Link>
      )}
      {data && !isLimited && <All all={data.profiles} current={data.current} reload={reload} />}
    </section>
  );
}
