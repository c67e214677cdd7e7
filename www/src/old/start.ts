// Runs after the app, as an ordinary script that any browser of the last fifteen
// years reads: if the app has not begun, because its syntax or its styles are too
// new here, this loads the bundle for TV sets, and below that a page that says so.
// The build turns this file into ES5 by itself (plugins/old.ts).

const script = document.currentScript;
const root = document.documentElement;

function attribute(name: string): string {
  return script?.getAttribute(`data-${name}`) || "";
}

function add(name: string, values: { [name: string]: string }): HTMLElement {
  const element = document.createElement(name);
  for (const key in values) element.setAttribute(key, values[key] || "");
  document.head.appendChild(element);
  return element;
}

function refuse(): void {
  add("script", { src: attribute("refused") });
}

if (script !== null && !root.hasAttribute("data-app")) {
  const sheets = document.querySelectorAll('link[rel="stylesheet"]');
  for (let i = 0; i < sheets.length; i++) {
    const sheet = sheets[i];
    if (sheet?.parentNode) sheet.parentNode.removeChild(sheet);
  }
  if ("noModule" in script && "AbortController" in window && "ResizeObserver" in window) {
    const ltr = attribute("ltr");
    add("link", { rel: "stylesheet", href: ltr, "data-ltr": ltr, "data-rtl": attribute("rtl") });
    add("script", { type: "module", src: attribute("app") }).onerror = refuse;
  } else refuse();
}

export {};
