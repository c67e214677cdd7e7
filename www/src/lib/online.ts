// Whether this device has a network at all, as far as the browser knows.
import { signal } from "@preact/signals";

export const isOnline = signal(globalThis.navigator?.onLine ?? true);

for (const name of ["online", "offline"])
  globalThis.addEventListener?.(name, () => {
    isOnline.value = navigator.onLine;
  });
