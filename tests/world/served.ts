// What a page's player was really sent: each body below an address, as the browser
// received it, compared byte for byte with the file that it is meant to be.
import type { Page } from "playwright-core";

export interface Served {
  /** Bytes that were compared so far. */
  bytes(): number;
  /** Answers that had a body. */
  answers(): number;
  /** What differed: "bytes 5000-6000 of answer 3". */
  wrong: string[];
}

interface Answer {
  place: number;
  offset: number;
}

/** Watches from now on; `isStream` tells the addresses. */
export async function compareServed(
  page: Page,
  isStream: RegExp,
  original: Buffer,
): Promise<Served> {
  const session = await page.context().newCDPSession(page);
  const answers = new Map<string, Answer>();
  const wrong: string[] = [];
  let compared = 0;
  let n = 0;
  const compare = (answer: Answer | undefined, base64: string | undefined): void => {
    if (answer === undefined || !base64) return;
    const got = Buffer.from(base64, "base64");
    const from = answer.offset;
    answer.offset += got.length;
    compared += got.length;
    if (!got.equals(original.subarray(from, answer.offset)))
      wrong.push(`bytes ${from}-${answer.offset} of answer ${answer.place}`);
  };
  session.on("Network.responseReceived", ({ requestId, response }) => {
    if (!isStream.test(new URL(response.url).pathname) || response.status >= 300) return;
    const headers = new Map(
      Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const range = /^bytes (\d+)-/.exec(headers.get("content-range") ?? "bytes 0-");
    n += 1;
    const answer = { place: n, offset: Number(range?.[1]) };
    void session
      .send("Network.streamResourceContent", { requestId })
      .then(({ bufferedData }) => {
        compare(answer, bufferedData);
        answers.set(requestId, answer);
      })
      // It has ended before its bytes could be asked for.
      .catch(() => undefined);
  });
  session.on("Network.dataReceived", (event) => {
    compare(answers.get(event.requestId), (event as { data?: string }).data);
  });
  await session.send("Network.enable");
  return { bytes: () => compared, answers: () => n, wrong };
}
