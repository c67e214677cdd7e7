// Titles and their pictures, icons, colours, type.
import "../src/ui/shapes.ts";
import { Bar } from "../src/ui/bar.tsx";
import { Button } from "../src/ui/button.tsx";
import { Card } from "../src/ui/card.tsx";
import { Hero } from "../src/ui/hero.tsx";
import { Icon, icons, Mark } from "../src/ui/icons.tsx";
import { QrCode } from "../src/ui/qr.tsx";
import { Grid, Rail } from "../src/ui/rail.tsx";
import { Ring } from "../src/ui/ring.tsx";
import { SkeletonCard, SkeletonHero, SkeletonLines, SkeletonRail } from "../src/ui/skeleton.tsx";
import { LONG, type Part, State } from "./state.tsx";

const poster = new URL("./art/poster.svg", import.meta.url).href;
const backdrop = new URL("./art/backdrop.svg", import.meta.url).href;

const card = { to: "/ui.html", title: "First Light", note: "2019", picture: poster };

const SWATCHES = ["bg", "surface-1", "surface-2", "surface-3", "surface-4", "accent"];

export const pictures: Part[] = [
  {
    name: "type and colours",
    states: (
      <>
        <State name="type" isWide>
          <h1>A page's head</h1>
          <h2>A section's head</h2>
          <p>
            Text with <strong>weight</strong>, <code>code</code> and <kbd>Enter</kbd>.
          </p>
          <p class="hint">A hint.</p>
        </State>
        <State name="colours" isWide>
          <div class="swatches">
            {SWATCHES.map((name) => (
              <span key={name} data-swatch={name}>
                {name}
              </span>
            ))}
          </div>
        </State>
      </>
    ),
  },
  {
    name: "icons",
    states: (
      <State name="all" isWide>
        <div class="all-icons">
          <Mark />
          {icons().map((name) => (
            <Icon key={name} name={name} />
          ))}
        </div>
      </State>
    ),
  },
  {
    name: "card",
    states: (
      <>
        <State name="normal">
          <Card {...card} spoken="First Light, 2019" />
        </State>
        <State name="begun">
          <Card {...card} spoken="First Light, 2019, 40 % watched" seen={0.4} />
        </State>
        <State name="hover" done="hover">
          <Card {...card} spoken="First Light, hovered" />
        </State>
        <State name="focus" done="focus">
          <Card {...card} spoken="First Light, focused" />
        </State>
        <State name="no picture, long text">
          <Card {...card} title={LONG} note="No source yet" spoken={LONG} picture={null} />
        </State>
        <State name="loading">
          <ul>
            <SkeletonCard />
          </ul>
        </State>
      </>
    ),
  },
  {
    name: "rail",
    states: (
      <>
        <State name="normal" isWide>
          <Rail name="Continue watching" to="/ui.html">
            {[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => (
              <li key={n}>
                <Card {...card} spoken={`First Light ${n}`} seen={n / 10} />
              </li>
            ))}
          </Rail>
        </State>
        <State name="loading" isWide>
          <SkeletonRail />
        </State>
      </>
    ),
  },
  {
    name: "grid",
    states: (
      <State name="normal" isWide>
        <Grid>
          {[1, 2, 3, 4, 5].map((n) => (
            <li key={n}>
              <Card {...card} spoken={`First Light, copy ${n}`} />
            </li>
          ))}
        </Grid>
      </State>
    ),
  },
  {
    name: "hero",
    states: (
      <>
        <State name="normal" isWide>
          <Hero
            label="Featured"
            title="First Light"
            facts="2019  ·  Drama  ·  1 h 32 min"
            text="A lighthouse keeper finds that the light was never meant for ships."
            picture={backdrop}
          >
            <Button kind="main" icon="play">
              Play
            </Button>
            <Button>More</Button>
          </Hero>
        </State>
        <State name="loading" isWide>
          <SkeletonHero />
        </State>
      </>
    ),
  },
  {
    name: "progress",
    states: (
      <>
        <State name="bar">
          <Bar fraction={0.56} label="Scan" />
        </State>
        <State name="bar, nothing">
          <Bar fraction={0} label="Scan that begins" />
        </State>
        <State name="ring">
          <Ring fraction={0.42} label="Download" mood="busy" />
        </State>
        <State name="ring, calm">
          <Ring fraction={0.42} label="Paused download" mood="calm" />
        </State>
        <State name="ring, bad">
          <Ring fraction={0.42} label="Failed download" mood="bad" />
        </State>
        <State name="ring, whole">
          <Ring fraction={1} label="Whole download" mood="good" />
        </State>
        <State name="ring, unknown">
          <Ring fraction={null} label="New download" mood="calm" />
        </State>
      </>
    ),
  },
  {
    name: "skeleton",
    states: (
      <State name="lines" isWide>
        <SkeletonLines lines={3} />
      </State>
    ),
  },
  {
    name: "code",
    states: (
      <State name="QR">
        <QrCode text="http://192.168.1.20:8080/" />
      </State>
    ),
  },
];
