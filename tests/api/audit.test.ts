// The audit log as administrators read it: filters, pages, the table for a
// spreadsheet, miauctl; and that docs/audit.md tells of each event.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { root } from "../world/place.ts";
import { newWorld, password } from "../world/world.ts";

const world = await newWorld();
const eve = await world.person("eve@example.org");
const log = (query = "") => world.admin.read(`/api/audit${query}`);
const setting = (name: string, value: unknown) => ({ settings: [{ name, value }] });

describe("the list", () => {
  test("tells who did what, from where, newest first", async () => {
    const reply = await world.admin.put("/api/config", setting("library.probes", 3));
    const { items, total } = await log();
    assert.equal(items.length, Math.min(total, 20));
    const [first] = items;
    assert.equal(first.event, "setting.changed");
    assert.equal(first.actor, world.admin.user.id);
    assert.equal(first.actorName, world.admin.user.displayName);
    assert.equal(first.target, "library.probes");
    assert.equal(first.address, world.admin.address);
    assert.equal(first.requestId, reply.headers["x-request-id"]);
    assert.equal(first.erased, false);
    const ids = items.map(({ id }: { id: number }) => id);
    assert.deepEqual(
      ids,
      [...ids].sort((a, b) => b - a),
    );
  });

  test("comes page by page, and no row twice when others are added", async () => {
    const seen: number[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page = await log(`?pageSize=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.items.map(({ id }: { id: number }) => id));
      cursor = page.cursor;
      if (seen.length === 2) await world.admin.put("/api/config", setting("library.probes", 2));
    }
    assert.deepEqual(seen, [...new Set(seen)]);
    assert.equal(seen.at(-1), 1);
    assert.equal(seen.length, seen[0]);
  });

  test("is narrowed to a person, an event, a time", async () => {
    const own = await log(`?actor=${eve.user.id}`);
    assert.ok(own.total > 0);
    for (const row of own.items) assert.equal(row.actorName, eve.user.displayName);
    const created = await log("?event=user.created");
    assert.ok(created.items.some(({ target }: { target: string }) => target === eve.user.id));
    for (const row of created.items) assert.equal(row.event, "user.created");
    const { items } = await log();
    const { at } = items[3];
    const since = await log(`?from=${at}`);
    const before = await log(`?to=${at}`);
    assert.equal(since.total + before.total, items[0].id);
    assert.ok(since.items.every((row: { at: string }) => row.at >= at));
    assert.ok(before.items.every((row: { at: string }) => row.at < at));
    assert.equal((await log("?from=2999-01-01")).total, 0);
    assert.equal((await log(`?actor=${eve.user.id}&event=user.created`)).total, 0);
  });

  test("says what it does not take", async () => {
    for (const [query, name] of [
      ["?event=user.eaten", "event"],
      ["?from=yesterday", "from"],
      ["?to=2026-02-30", "to"],
      ["?actor=eve", "actor"],
      ["?format=xml", "format"],
    ]) {
      const reply = await world.admin.get(`/api/audit${query}`);
      assert.equal(reply.status, 400, query);
      assert.equal(reply.json.fields[0].name, name);
    }
  });

  test("is for administrators", async () => {
    assert.equal((await eve.get("/api/audit")).status, 403);
    assert.equal((await eve.get("/api/audit?format=csv")).status, 403);
  });
});

describe("the table", () => {
  test("holds the same rows, and nothing that a spreadsheet would calculate", async () => {
    const name = '=HYPERLINK("http://evil.invalid","x")';
    await eve.patch("/api/me", { displayName: name });
    const reply = await world.admin.get("/api/audit?format=csv");
    assert.equal(reply.headers["content-type"], "text/csv; charset=utf-8");
    assert.match(String(reply.headers["content-disposition"]), /audit\.csv/);
    const lines = reply.text.trimEnd().split("\r\n");
    assert.equal(lines[0]?.split(",")[0], "id");
    assert.equal(lines.length - 1, (await log()).total);
    assert.match(reply.text, /"'=HYPERLINK\(""http:\/\/evil\.invalid"",""x""\)"/);
    for (const cell of reply.text.match(/"(?:[^"]|"")*"/g) ?? [])
      assert.doesNotMatch(cell, /^"[=+@\t-]/);
    const few = await world.admin.get("/api/audit?format=csv&event=user.changed");
    assert.equal(few.text.trimEnd().split("\r\n").length, 2);
  });

  test("is longer than one helping of rows", async () => {
    for (let i = 0; i < 210; i++)
      await world.admin.put("/api/config", setting("library.probes", 2));
    const reply = await world.admin.get("/api/audit?format=csv");
    assert.equal(reply.text.trimEnd().split("\r\n").length - 1, (await log()).total);
  });
});

describe("miauctl audit", () => {
  test("lists, exports and verifies", async () => {
    const rows = world.ctlJson("audit", "list", "--event", "setting.changed");
    assert.equal(rows[0].event, "setting.changed");
    assert.equal(rows.length, 50);
    const total = (await log()).total;
    const table = world.ctl("audit", "export").stdout;
    assert.equal(table.trimEnd().split("\r\n").length - 1, total);
    const lines = world.ctl("audit", "export", "--format", "jsonl").stdout;
    const objects = lines.trimEnd().split("\n");
    assert.equal(objects.length, total);
    assert.equal(JSON.parse(objects.at(-1) as string).id, 1);
    const report = world.ctlJson("audit", "verify");
    assert.deepEqual(report.faults, []);
    assert.equal(report.rows, total);
    assert.equal(report.lastId, total);
  });

  test("writes what is done at the terminal", async () => {
    assert.equal(world.ctl("config", "set", "library.probes", "2").code, 0);
    const [row] = (await log()).items;
    assert.equal(row.event, "setting.changed");
    assert.deepEqual([row.by, row.actor, row.address], ["terminal", null, null]);
    const last = world.ctl("audit", "list", "--limit", "1").stdout;
    assert.match(last, /setting\.changed +terminal /);
  });

  test("shows paths as they are", () => {
    assert.equal(world.ctl("library", "add", world.films).code, 0);
    const { stdout } = world.ctl("audit", "list", "--event", "folder.added");
    assert.ok(stdout.includes(`"${world.films}"`), stdout);
  });

  test("tells the terminal from who was not signed in and from who is gone", async () => {
    const gone = await world.person("gone@example.org");
    assert.equal((await gone.delete("/api/me", { json: { password } })).status, 204);
    const { items } = await log("?pageSize=100");
    const by = (event: string) => items.find((row: { event: string }) => row.event === event).by;
    assert.equal(by("setting.changed"), "terminal");
    assert.deepEqual([by("user.removed"), by("audit.erased")], ["deleted", "deleted"]);
    assert.equal((await log("?event=user.created")).items.at(-1).by, "nobody", "set-up");
  });

  test("finds what another hand has done", () => {
    world.sql("DROP TRIGGER audit_log_holds");
    world.sql("UPDATE audit_log SET actor = 'eve' WHERE id = 3");
    const said = world.ctl("audit", "verify", "--json");
    assert.equal(said.code, 1);
    const report = JSON.parse(said.stdout);
    assert.equal(report.whole, false);
    assert.deepEqual(report.faults, [{ id: 3, problem: "who did it was changed" }]);
  });
});

describe("docs/audit.md", () => {
  test("tells of each event, and of no other", () => {
    const read = (file: string) => readFileSync(path.join(root, file), "utf8");
    const listed = [...read("docs/audit.md").matchAll(/^\| `([a-z]+\.[a-z_]+)` \|.*$/gm)];
    const known = [
      ...read("lib/auth/audit_events.def").matchAll(/^EVENT\(\w+, "(.*)", (\w+)\)$/gm),
    ];
    assert.deepEqual(listed.map(([, name]) => name).sort(), known.map(([, name]) => name).sort());
    for (const [line, name] of listed) {
      const cells = line.split("|").map((cell) => cell.trim());
      assert.equal(cells.length, 7, `${name}: event, when, who, target, detail`);
      const target = known.find(([, other]) => other === name)?.[2]?.toLowerCase();
      assert.match(
        cells[4] as string,
        new RegExp(target === "none" || target === "device" ? "^–$" : `\\b${target}\\b`),
        name,
      );
    }
  });
});
