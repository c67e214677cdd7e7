// Passkeys as people use them, with the authenticator that Chromium plays
// (WebDriver's virtual one): made, named, used to sign in, refused, taken away.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { CDPSession, Page } from "playwright-core";
import { byName } from "../world/authenticator.ts";
import { focused, press, signInByForm, type Visit, visit } from "../world/browser.ts";
import { misfits } from "../world/fit.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
world.addPerson("uma@example.org");
const origin = byName(world.origin);
const way = "Sign in with a passkey";

/** Plugs a phone's or laptop's own authenticator in, which its person unlocks. */
async function plug(chromium: CDPSession): Promise<string> {
  await chromium.send("WebAuthn.enable");
  const { authenticatorId } = await chromium.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return authenticatorId;
}

test("a server opened by its address offers none, and says why", async () => {
  const visitor = await visit(world);
  try {
    const { page } = visitor;
    await plug(await visitor.context.newCDPSession(page));
    await page.goto("./");
    await page.getByLabel("Language").waitFor();
    assert.equal(await page.getByRole("button", { name: way }).count(), 0);
    await signInByForm(page, "uma@example.org", password);
    await page.goto("./account");
    await page.getByText("opened by a name, not by an address").waitFor();
    assert.equal(await page.getByRole("button", { name: "Add a passkey" }).count(), 0);
  } finally {
    await visitor.close();
  }
});

describe("a passkey", () => {
  let visitor: Visit;
  let page: Page;
  let chromium: CDPSession;
  let authenticatorId: string;
  before(async () => {
    visitor = await visit(world, { origin });
    page = visitor.page;
    chromium = await visitor.context.newCDPSession(page);
    authenticatorId = await plug(chromium);
    await signInByForm(page, "uma@example.org", password);
  });
  after(() => visitor.close());

  const part = () => page.getByRole("region", { name: "Passkeys" });
  const rows = () => part().getByRole("listitem");
  const unlocks = (isUserVerified: boolean) =>
    chromium.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
  const atDoor = async () => {
    await page.goto("./account");
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByRole("button", { name: way }).waitFor();
  };

  const entered = async () => {
    await page.getByRole("navigation", { name: "Main" }).waitFor();
    await page.goto("./account");
    await page.getByText("Signed in as uma@example.org").waitFor();
  };

  test("is made by keys alone", async () => {
    await page.goto("./account");
    await part().getByRole("button", { name: "Add a passkey" }).waitFor();
    await press(page, "ArrowDown", /^Add a passkey/);
    await page.keyboard.press("Enter");
    await rows().first().getByText("not used yet").waitFor();
    assert.match(await focused(page), /^Add a passkey/);
    assert.deepEqual(await visitor.barriers(), []);
    assert.deepEqual(await misfits(page), []);
  });

  test("is not made twice on one device", async () => {
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await part().getByRole("alert").getByText("This device has a passkey of yours").waitFor();
    assert.equal(await rows().count(), 1);
  });

  test("gets another name; the focus stays with it", async () => {
    await rows()
      .getByRole("button", { name: /^Change/ })
      .click();
    const window = page.getByRole("dialog", { name: "Change a passkey" });
    await window.getByLabel("Name").fill("The kitchen's tablet");
    assert.deepEqual(await visitor.barriers(), []);
    await page.keyboard.press("Enter");
    await rows().locator("bdi").getByText("The kitchen's tablet", { exact: true }).waitFor();
    assert.equal(await focused(page), "Change The kitchen's tablet");
  });

  test("signs in by keys alone", async () => {
    await atDoor();
    assert.deepEqual(await visitor.barriers(), []);
    assert.deepEqual(await misfits(page), []);
    await press(page, "ArrowDown", new RegExp(`^${way}`));
    await page.keyboard.press("Enter");
    await entered();
    await rows().getByText("last used").waitFor();
  });

  test("that is not unlocked signs nobody in, and says so calmly", async () => {
    await atDoor();
    await unlocks(false);
    await page.getByRole("button", { name: way }).click();
    await page.getByRole("alert").getByText("No passkey was used.").waitFor();
    await unlocks(true);
    await page.getByRole("button", { name: way }).click();
    await entered();
  });

  test("whose copy was used elsewhere is refused", async () => {
    const { credentials } = await chromium.send("WebAuthn.getCredentials", { authenticatorId });
    const [credential] = credentials;
    assert.ok(credential !== undefined && credential.signCount > 1);
    await atDoor();
    await chromium.send("WebAuthn.removeCredential", {
      authenticatorId,
      credentialId: credential.credentialId,
    });
    const copy = { ...credential, signCount: 0 };
    await chromium.send("WebAuthn.addCredential", { authenticatorId, credential: copy });
    await page.getByRole("button", { name: way }).click();
    await page.getByRole("alert").waitFor();
    await signInByForm(page, "uma@example.org", password);
    await page.goto("./account");
  });

  test("that was taken away signs nobody in", async () => {
    await rows()
      .getByRole("button", { name: /^Change/ })
      .click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await rows().first().waitFor({ state: "detached" });
    assert.equal(await focused(page), "Passkeys");
    await atDoor();
    await page.getByRole("button", { name: way }).click();
    await page.getByRole("alert").waitFor();
    assert.ok(await page.getByLabel("Password", { exact: true }).isVisible());
  });
});
