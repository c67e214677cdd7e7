import { beforeEach, expect, it } from "vitest";
import { clearAfterEach, draw, settle } from "../../../hands.ts";
import { loadArea } from "../../lib/messages.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Editor } from "./editor.tsx";
import { limits } from "./state.ts";

beforeEach(() => loadArea("profiles"));
clearAfterEach();

it("begins at the name", async () => {
  const close = (): void => undefined;
  const at = draw(
    <Dialog label="New profile" open onClose={close}>
      <Editor profile={null} isCurrent={false} done={close} />
    </Dialog>,
  );
  await settle();
  expect(document.activeElement).toBe(at.querySelector("[name=profile]"));
});

it("offers the ages that are asked for, and the one that is set", () => {
  expect(limits(7).map(([age]) => age)).toEqual(
    ["", 0, 6, 7, 8, 10, 12, 13, 14, 16, 17, 18].map(String),
  );
  expect(limits(null).map(([, name]) => name)).toEqual(
    expect.arrayContaining(["No limit", "For everybody", "Up to 6"]),
  );
});
