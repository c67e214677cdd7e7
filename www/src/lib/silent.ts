// What a web server or proxy answers by itself when nothing stands behind it. The
// server's own refusals, 503 among them, are JSON.

export function isSilent({ status, headers }: Pick<Response, "status" | "headers">): boolean {
  return status >= 502 && status <= 504 && !headers.get("Content-Type")?.includes("json");
}
