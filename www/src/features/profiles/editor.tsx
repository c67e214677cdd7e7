// A profile's name, picture, language, limit and PIN.
import type { ComponentChildren, JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { ApiError } from "../../api/client.ts";
import type { Profile } from "../../api/index.ts";
import { type Proof, profiles } from "../../api/profiles.ts";
import { ownName } from "../../lib/format.ts";
import { type BareKey, LANGUAGES, language, prefer, t } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Check, Switch } from "../../ui/check.tsx";
import { Field } from "../../ui/field.tsx";
import { Problem } from "../../ui/notice.tsx";
import { Select } from "../../ui/select.tsx";
import { AVATARS, Avatar, COLOURS } from "./avatar.tsx";
import { ProofDialog } from "./proof.tsx";
import { changesOf, type Draft, draftOf, limits } from "./state.ts";

const NEW = (): Draft => ({
  name: "",
  avatar: "fox",
  colour: "orange",
  language: language(),
  maturityLimit: null,
  allowsUnrated: false,
  pin: "",
  isUnlocked: false,
});

/** One of several pictures. */
function Pick<T extends string>(props: {
  label: string;
  value: T;
  options: readonly T[];
  named: (option: T) => string;
  show: (option: T) => ComponentChildren;
  change: (option: T) => void;
}): JSX.Element {
  const name = useId();
  return (
    <fieldset class="pick">
      <legend>{props.label}</legend>
      <div class="pick-row">
        {props.options.map((option) => (
          <label key={option} title={props.named(option)}>
            <input
              type="radio"
              name={name}
              aria-label={props.named(option)}
              checked={option === props.value}
              onChange={() => props.change(option)}
            />
            {props.show(option)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface PartProps {
  draft: Draft;
  put: (part: Partial<Draft>) => void;
}

function Looks({ draft, put }: PartProps): JSX.Element {
  const { avatar, colour } = draft;
  return (
    <>
      <Pick
        label={t("profiles.avatar")}
        value={avatar}
        options={AVATARS}
        named={(one) => t(`profiles.avatar.${one}` as BareKey)}
        show={(one) => <Avatar of={{ avatar: one, colour }} />}
        change={(one) => put({ avatar: one })}
      />
      <Pick
        label={t("profiles.colour")}
        value={colour}
        options={COLOURS}
        named={(one) => t(`profiles.colour.${one}` as BareKey)}
        show={(one) => <Avatar of={{ avatar, colour: one }} />}
        change={(one) => put({ colour: one })}
      />
    </>
  );
}

function Sight({ draft, put }: PartProps): JSX.Element {
  return (
    <>
      <Select
        label={t("profiles.limit")}
        value={draft.maturityLimit === null ? "" : String(draft.maturityLimit)}
        options={limits(draft.maturityLimit)}
        hint={t("profiles.limit.hint")}
        change={(value) => put({ maturityLimit: value === "" ? null : Number(value) })}
      />
      {draft.maturityLimit !== null && (
        <Switch checked={draft.allowsUnrated} change={(allowsUnrated) => put({ allowsUnrated })}>
          {t("profiles.unrated")}
        </Switch>
      )}
    </>
  );
}

function Pin(props: PartProps & { hasPin: boolean; problem: string | undefined }): JSX.Element {
  const { draft, put, hasPin } = props;
  return (
    <>
      {!draft.isUnlocked && (
        <Field
          label={t(hasPin ? "profiles.pin.new" : "profiles.pin")}
          name="pin"
          type="password"
          autocomplete="new-password"
          hint={t("profiles.pin.hint")}
          {...(props.problem && { problem: props.problem })}
          value={draft.pin}
          onInput={(pin) => put({ pin })}
        />
      )}
      {hasPin && (
        <Check checked={draft.isUnlocked} change={(isUnlocked) => put({ isUnlocked, pin: "" })}>
          {t("profiles.pin.remove")}
        </Check>
      )}
    </>
  );
}

const isPin = (pin: string): boolean => pin === "" || /^\d{4,8}$/.test(pin);

export function Editor(props: {
  /** null: a new one is made. */
  profile: Profile | null;
  isCurrent: boolean;
  done: () => void;
}): JSX.Element {
  const { profile } = props;
  const [draft, setDraft] = useState<Draft>(() => (profile === null ? NEW() : draftOf(profile)));
  const [problem, setProblem] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  const [isTried, setTried] = useState(false);
  const put = (part: Partial<Draft>): void => setDraft((old) => ({ ...old, ...part }));
  const send = async ({ pin, password }: Proof): Promise<void> => {
    const change = changesOf(draft, profile);
    if (profile === null) await profiles.add({ ...change, name: draft.name });
    else
      await profiles.change(profile.id, {
        ...change,
        ...(pin !== undefined && { currentPin: pin }),
        ...(password !== undefined && { password }),
      });
    if (props.isCurrent) await prefer(draft.language);
    props.done();
  };
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setProblem(null);
    setTried(true);
    if (!isPin(draft.pin)) return;
    try {
      await send({});
    } catch (error) {
      if (error instanceof ApiError && error.code === "profile_locked") setAsking(true);
      else setProblem((error as Error).message);
    }
  };
  return (
    <>
      <form class="profile-form" onSubmit={save}>
        {problem !== null && <Problem>{problem}</Problem>}
        <Field
          label={t("profiles.name")}
          name="profile"
          required
          isFirst
          autocomplete="off"
          value={draft.name}
          onInput={(name) => put({ name })}
        />
        <Looks draft={draft} put={put} />
        <Select
          label={t("app.language")}
          value={draft.language}
          options={[...new Set([draft.language, ...LANGUAGES])].map((tag) => [tag, ownName(tag)])}
          change={(tag) => put({ language: tag })}
        />
        <Sight draft={draft} put={put} />
        <Pin
          draft={draft}
          put={put}
          hasPin={profile?.hasPin ?? false}
          problem={isTried && !isPin(draft.pin) ? t("profiles.pin.hint") : undefined}
        />
        <div class="actions">
          <Button kind="main" type="submit">
            {t("app.save")}
          </Button>
        </div>
      </form>
      <ProofDialog
        name={profile?.name ?? ""}
        hasPin={profile?.hasPin ?? false}
        open={isAsking}
        onClose={() => setAsking(false)}
        prove={send}
      />
    </>
  );
}
