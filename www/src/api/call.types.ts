// What must not compile: each line below is wrong by the contract, and the compiler
// complains about one that is not (`npm run check`, call.test.ts). Nothing runs it.
import { call } from "./call.ts";

export async function right(): Promise<void> {
  const page = await call("GET", "/api/lists/{slug}", {
    path: { slug: "all-movies" },
    query: { pageSize: 24 },
  });
  page.results[0]?._type satisfies "movie" | "tvshow" | undefined;
  await call("GET", "/api/lists");
  await call("PUT", "/api/config", { body: { settings: [] } });
  (await call("POST", "/api/play/heartbeat", {
    body: { streamingKey: "", position: 1 },
  })) satisfies undefined;
}

export async function wrong(): Promise<void> {
  // @ts-expect-error no such path
  await call("GET", "/api/list");
  // @ts-expect-error no such method there
  await call("DELETE", "/api/lists");
  // @ts-expect-error the path needs its part
  await call("GET", "/api/lists/{slug}");
  // @ts-expect-error a part of another name
  await call("GET", "/api/lists/{slug}", { path: { name: "all-movies" } });
  // @ts-expect-error a part of another kind
  await call("GET", "/api/movies/{movie}", { path: { movie: "one" } });
  // @ts-expect-error no such parameter
  await call("GET", "/api/lists/{slug}", { path: { slug: "a" }, query: { size: 24 } });
  // @ts-expect-error a parameter of another kind
  await call("GET", "/api/lists/{slug}", { path: { slug: "a" }, query: { pageSize: "24" } });
  // @ts-expect-error the body is missing
  await call("PUT", "/api/config");
  // @ts-expect-error a part of the body is missing
  await call("POST", "/api/auth/login", { body: { email: "a@example.org" } });
  // @ts-expect-error no such part of the body
  await call("PUT", "/api/config", { body: { settings: [], all: true } });
  // @ts-expect-error a body where none belongs
  await call("GET", "/api/me", { body: {} });
  // @ts-expect-error how it is sent has no such word
  await call("GET", "/api/me", { keepAlive: true });
}

export async function misread(): Promise<void> {
  const me = await call("GET", "/api/me");
  // @ts-expect-error it is called displayName
  me.nickname;
  // @ts-expect-error there are two roles, and this is none
  me.role === "root";
  const [list] = await call("GET", "/api/lists");
  // @ts-expect-error there may be none
  list.slug;
  const page = await call("GET", "/api/lists/{slug}", { path: { slug: "a" } });
  // @ts-expect-error the last page has no cursor
  page.cursor.length;
  const beat = await call("POST", "/api/play/heartbeat", {
    body: { streamingKey: "", position: 1 },
  });
  // @ts-expect-error nothing is answered
  beat.position;
}
