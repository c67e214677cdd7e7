import { beforeEach, expect, it } from "vitest";
import { placeOf, remember } from "./memory.ts";

const page = (html: string): HTMLElement[] => {
  document.body.innerHTML = html;
  return [...document.querySelectorAll<HTMLElement>("a, button")];
};
const known = (among: HTMLElement[]) => placeOf(location.pathname, among);
const rows = "<button>Details</button>".repeat(3);
let number = 0;

// Each test is on a page of its own: what was noted before stays.
beforeEach(() => history.replaceState(null, "", `/page/${++number}`));

it("of what looks alike the same one is found on a page that is made anew", () => {
  const [, second] = page(rows);
  remember(second as HTMLElement);
  const again = page(rows);
  expect(known(again)).toBe(again[1]);
});

it("a link is known by where it leads, whatever it says by now", () => {
  const [link] = page('<a href="/movie/1">Quay, 3% watched</a>');
  remember(link as HTMLElement);
  const [other, same] = page(
    '<a href="/movie/2">Quay, 3% watched</a><a href="/movie/1">Quay, 56% watched</a>',
  );
  expect(known([other, same] as HTMLElement[])).toBe(same);
});

it("what is there and cannot be reached is not mistaken for its like", () => {
  const [first, second, third] = page(rows) as [HTMLElement, HTMLElement, HTMLElement];
  remember(second);
  expect(known([first, third])).toBeNull();
});

it("what lies over a page, its frame and its menus are no place on it", () => {
  const [own, ...others] = page(
    `<button>Own</button><dialog open><button>In a dialog</button></dialog>
     <nav data-frame><a href="/">Home</a></nav>
     <div role="menu"><button>In a menu</button></div>`,
  );
  remember(own as HTMLElement);
  for (const other of others) remember(other);
  expect(known([own as HTMLElement, ...others])).toBe(own);
});

it("pages are remembered for themselves", () => {
  const [first] = page(rows);
  remember(first as HTMLElement);
  history.replaceState(null, "", "/elsewhere");
  expect(known(page(rows))).toBeNull();
});
