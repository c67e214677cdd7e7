// miaud's two sockets from outside: who may open them, who may call what, and
// that nothing said to one client disturbs another.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { many } from "../world/place.ts";
import { nowhere } from "../world/samples.ts";
import { Line } from "../world/socket.ts";
import { newWorld } from "../world/world.ts";

const world = await newWorld();
const admin = path.join(world.state, "run/miaud.sock");
const handlers = path.join(world.state, "run/handlers.sock");
const witness = await Line.open(admin);

async function assertCalm(): Promise<void> {
  const reply = await witness.call("status");
  assert.equal(typeof reply.result.pid, "number");
  await world.ready();
}

describe("the sockets", () => {
  test("are closed to strangers", () => {
    assert.equal(statSync(admin).mode & 0o777, 0o660);
    assert.equal(statSync(handlers).mode & 0o777, 0o600);
    assert.equal(statSync(path.dirname(admin)).mode & 0o007, 0);
  });

  test("say hello with version and protocol", async () => {
    for (const socket of [admin, handlers]) {
      const line = await Line.open(socket);
      const { result } = await line.call("hello", { version: "test", protocol: 1 });
      assert.equal(result.protocol, 1);
      line.close();
    }
  });
});

describe("hostile lines", () => {
  const cases: [string, string | Buffer, number | "closed"][] = [
    ["no JSON", "nonsense\n", -32700],
    ["half an object", '{"jsonrpc":"2.0",\n', -32700],
    ["no UTF-8", Buffer.from('{"jsonrpc":"2.0","id":1,"method":"\xff\xfe"}\n', "latin1"), -32700],
    ["a list", "[]\n", -32600],
    ["a number", "1\n", -32600],
    ["another version", '{"jsonrpc":"1.0","id":1,"method":"status"}\n', -32600],
    ["no method", '{"jsonrpc":"2.0","id":1}\n', -32600],
    ["a method that is a list", '{"jsonrpc":"2.0","id":1,"method":[]}\n', -32600],
    ["an id that is an object", '{"jsonrpc":"2.0","id":{},"method":"status"}\n', -32600],
    ["an unknown method", '{"jsonrpc":"2.0","id":1,"method":"no.such"}\n', -32601],
    ["wrong parameters", '{"jsonrpc":"2.0","id":1,"method":"status","params":{"x":1}}\n', -32602],
    ["very deep", `${"[".repeat(100_000)}\n`, -32700],
    ["too long", `{"a":"${"x".repeat(1 << 21)}"}\n`, "closed"],
    ["too long without an end", "x".repeat((1 << 20) + 4096), "closed"],
  ];
  for (const [what, bytes, expected] of cases) {
    test(`${what} gets an error and disturbs nobody`, async () => {
      const line = await Line.open(admin);
      line.send(bytes);
      const reply = await line.next();
      if (expected === "closed" && reply === undefined) assert.ok(line.hasEnded);
      else {
        assert.ok(reply.error, JSON.stringify(reply));
        if (expected !== "closed") assert.equal(reply.error.code, expected, JSON.stringify(reply));
        assert.equal(typeof reply.error.message, "string");
      }
      line.close();
      await assertCalm();
    });
  }

  test("a line in single bytes is still a line; two at once are two", async () => {
    const line = await Line.open(admin);
    for (const byte of '{"jsonrpc":"2.0","id":7,"method":"status"}\n') line.send(byte);
    assert.equal((await line.next()).id, 7);
    line.send(
      '{"jsonrpc":"2.0","id":8,"method":"status"}\n{"jsonrpc":"2.0","id":9,"method":"status"}\n',
    );
    const ids = [(await line.next()).id, (await line.next()).id];
    assert.deepEqual(ids.sort(), [8, 9]);
    line.close();
  });

  test("clients that leave in the middle or never read harm nothing", async () => {
    for (let i = 0; i < many(100, 1000); i++) {
      const line = await Line.open(i % 2 ? admin : handlers);
      line.send('{"jsonrpc":"2.0","id":1,"method":"sta');
      line.close();
    }
    await assertCalm();
  });
});

describe("rights", () => {
  const actor = (role: string) => ({ userId: nowhere, sessionId: nowhere, role, requestId: "t" });

  test("the handlers' socket has no methods of administrators", async () => {
    const line = await Line.open(handlers);
    for (const method of ["shutdown", "tasks.run", "log.level", "catalogue.import", "ui.intents"]) {
      const reply = await line.call(method, { _actor: actor("user") });
      assert.ok(reply.error, method);
      assert.ok(
        ["method_unknown", "forbidden"].includes(reply.error.data?.code),
        JSON.stringify(reply),
      );
    }
    line.close();
  });

  test("an acting user who is no administrator may not change the library", async () => {
    const line = await Line.open(handlers);
    for (const method of ["library.add", "library.remove", "library.scan", "library.browse"]) {
      const params = {
        ...(method === "library.add" ? { path: world.films } : {}),
        _actor: actor("user"),
      };
      const reply = await line.call(method, params);
      assert.ok(reply.error, `${method} ${JSON.stringify(reply)}`);
      assert.equal(reply.error.data?.code, "forbidden", method);
    }
    line.close();
  });

  test("nor one without an actor", async () => {
    const line = await Line.open(handlers);
    const reply = await line.call("library.add", { path: world.films });
    assert.ok(reply.error);
    assert.equal(world.sql("SELECT count(*) FROM library_folder"), "0");
    line.close();
  });
});
