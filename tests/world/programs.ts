// A folder of programs that are those which were built, where a test may put others.
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build, root } from "./place.ts";

/** For MIAU_LIB_DIR. */
export function linkPrograms(lib: string): void {
  for (const folder of ["bin", "cgi", "share"]) {
    mkdirSync(path.join(lib, folder), { recursive: true });
    for (const name of readdirSync(path.join(build, folder)))
      symlinkSync(path.join(build, folder, name), path.join(lib, folder, name));
  }
  symlinkSync(path.join(root, "www/dist"), path.join(lib, "share/www"));
}

/** How each encoder in hardware behaves: works (and is libx264 then), fails, hangs, or
 * does so behind so many bytes of a film. What the processor does ("x264") may wait until
 * it works. */
export type Behaviour = "works" | "fails" | "hangs" | "fails-later" | "hangs-later" | "waits";

/** Between miaud and its sandbox: hardware that there is not. What asks for it becomes
 * what the processor does, in the real sandbox; `behave` says how it goes. */
export function standIn(lib: string): (way: string, how: Behaviour) => void {
  const confine = path.join(lib, "bin/miau-confine");
  const folder = path.join(lib, "hardware");
  mkdirSync(folder);
  rmSync(confine);
  writeFileSync(confine, script(path.join(build, "bin/miau-confine"), folder), { mode: 0o755 });
  return (way, how) => writeFileSync(path.join(folder, way), how);
}

/** Options of hardware go or become the processor's. */
const script = (real: string, folder: string): string => `#!/bin/bash
way=
for one; do case $one in h264_*) way=\${one#h264_};; esac; done
if [ -z "$way" ]; then
  case "$*" in *libx264*pipe:4*)
    while [ "$(cat ${folder}/x264 2>/dev/null)" = waits ]; do sleep 0.2; done;;
  esac
  exec ${real} "$@"
fi
how=fails
[ -f ${folder}/$way ] && how=$(<${folder}/$way)
made=()
skips=
isOut=
for one; do
  if [ -n "$skips" ]; then skips=; continue; fi
  case $one in
  -vaapi_device|-device|--device|-idr_interval|-forced-idr|-forced_idr|-no-scenecut|-async_depth|-look_ahead|-delay|-rc|-preset|-tune)
    skips=1;;
  h264_*) made+=(libx264 -preset ultrafast -tune zerolatency -sc_threshold 0 -refs 3);;
  pipe:4) isOut=film; made+=("$one");;
  *) made+=("\${one%,hwupload}");;
  esac
done
printf '%s %s\\n' "$way" "\${isOut:-probe}" >>${folder}/asked
case $how in
fails) echo "No such device: $way" >&2; exit 1;;
hangs) exec sleep 1000;;
works) exec ${real} "\${made[@]}";;
esac
[ -n "$isOut" ] || exec ${real} "\${made[@]}"
at=0
for one in "\${made[@]}"; do
  [[ $one =~ ^[0-9]+$ ]] && break
  at=$((at + 1))
done
made[$at]=$$
${real} "\${made[@]}" 4> >(exec head -c 400000 >&4) &
wait $!
[ $how = fails-later ] || exec sleep 1000
echo "The device was lost: $way" >&2
exit 1
`;
