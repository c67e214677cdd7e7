// For tests, in which no screen comes in its own time: all texts are there.
import { source } from "virtual:messages";
import { type Area, loadArea } from "../lib/messages.ts";

await Promise.all(Object.keys(source.later).map((area) => loadArea(area as Area)));
