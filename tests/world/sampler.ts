// Looks at the disk that a folder takes, every 10 ms and from a thread of its own,
// so that nothing a test does keeps it from looking.
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { isMainThread, Worker, workerData } from "node:worker_threads";

const everyMs = 10;

function allocatedBy(file: string): number {
  try {
    return statSync(file).blocks * 512;
  } catch {
    return 0; // It has gone meanwhile.
  }
}

/** Allocated bytes of all files below. */
export function allocated(folder: string): number {
  let bytes = 0;
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) bytes += allocatedBy(path.join(entry.parentPath, entry.name));
  } catch {
    // The folder has gone, or one in it.
  }
  return bytes;
}

export interface Sampler {
  /** The most that was seen. */
  most(): number;
  /** How often it has looked. */
  looks(): number;
  stop(): Promise<void>;
}

export function startSampler(folder: string): Sampler {
  const shared = new BigInt64Array(new SharedArrayBuffer(16));
  const worker = new Worker(import.meta.filename, { workerData: { folder, shared } });
  return {
    most: () => Number(Atomics.load(shared, 0)),
    looks: () => Number(Atomics.load(shared, 1)),
    stop: async () => void (await worker.terminate()),
  };
}

if (!isMainThread && workerData?.shared) {
  const { folder, shared } = workerData as { folder: string; shared: BigInt64Array };
  setInterval(() => {
    const now = BigInt(allocated(folder));
    if (now > Atomics.load(shared, 0)) Atomics.store(shared, 0, now);
    Atomics.add(shared, 1, 1n);
  }, everyMs);
}
