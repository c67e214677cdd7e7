// The help: what keys do here, from the table of actions.
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { helpLines } from "../lib/actions.ts";
import { Dialog } from "./dialog.tsx";
import "./help.css";

/** Whether the help is shown. */
export const isHelpShown = signal(false);

export function Help({ inPlayer }: { inPlayer: boolean }): JSX.Element {
  const lines = inPlayer
    ? helpLines("player", "control", "everywhere")
    : helpLines("everywhere", "control", "list");
  const hasPad = isHelpShown.value && navigator.getGamepads?.().some((pad) => pad?.connected);
  return (
    <Dialog
      label="Keys"
      open={isHelpShown.value}
      onClose={() => {
        isHelpShown.value = false;
      }}
    >
      <table class="key-help">
        <thead class="visually-hidden">
          <tr>
            <th>Key</th>
            <th>What it does</th>
            {hasPad && <th>Game pad</th>}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.help}>
              <td>
                <kbd>{line.keys}</kbd>
              </td>
              <td>{line.help}</td>
              {hasPad && <td>{line.pad && <kbd>{line.pad}</kbd>}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
