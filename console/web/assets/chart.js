// The picture of a figure, drawn anew for this width and scheme; without it the page shows the same as an image.
const dark = matchMedia("(prefers-color-scheme: dark)");

function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(name).trim();
  return {
    axis: { labelColor: of("--ink"), titleColor: of("--ink"), gridColor: of("--line"), domainColor: of("--edge"), tickColor: of("--edge") },
  };
}

// A tooltip of our own: text only, and no style element, which the page's policy forbids.
const tip = document.createElement("div");
tip.className = "tip";
tip.hidden = true;
document.body.append(tip);

function tooltip(handler, event, item, value) {
  tip.hidden = value === null || value === undefined || value === "";
  if (tip.hidden) return;
  tip.replaceChildren();
  for (const [name, text] of Object.entries(typeof value === "object" ? value : { "": value })) {
    const line = document.createElement("p");
    line.textContent = name === "in full" ? `“${text}”` : text;
    tip.append(line);
  }
  const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
  const top = event.clientY + 18 + tip.offsetHeight > innerHeight ? event.clientY - tip.offsetHeight - 10 : event.clientY + 18;
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${Math.max(8, top)}px`;
}

const SHAPES = { circle: "●", square: "■", diamond: "◆", "triangle-up": "▲", "triangle-down": "▼", cross: "✚", "triangle-right": "▶", stroke: "–" };

// Who says it (by colour) and who prints it (by shape), as lists that wrap.
function legend(figure, told) {
  figure.querySelectorAll(".legend").forEach((old) => old.remove());
  for (const [title, pairs, mark] of [["Who says it", told.origins, "colour"], ["Who prints it", told.outlets, "shape"]]) {
    const list = document.createElement("ul");
    list.className = "key legend";
    const head = document.createElement("li");
    head.textContent = `${title}:`;
    list.append(head);
    for (const [name, value] of pairs) {
      const item = document.createElement("li");
      const sign = document.createElement("b");
      sign.textContent = mark === "colour" ? "●" : SHAPES[value] ?? "●";
      if (mark === "colour") sign.style.color = value;
      item.append(sign, ` ${name}`);
      list.append(item);
    }
    figure.querySelector("figcaption").append(list);
  }
}

async function draw(figure) {
  const answer = await fetch(figure.dataset.spec);
  if (!answer.ok) return;
  const spec = await answer.json();
  spec.config = { ...spec.config, axis: { ...spec.config.axis, ...colours().axis } };
  const box = document.createElement("div");
  box.className = "drawn";
  figure.querySelector(".drawn")?.remove();
  figure.prepend(box);
  await window.vegaEmbed(box, spec, { ast: true, renderer: "svg", actions: false, defaultStyle: false, tooltip, hover: true });
  const still = figure.querySelector("img");
  if (still) still.hidden = true;
  legend(figure, spec.usermeta);
  for (const part of box.querySelectorAll("svg *")) { // the tables tell it to who cannot see it
    for (const name of ["aria-label", "aria-roledescription", "role"]) part.removeAttribute(name);
  }
  const svg = box.querySelector("svg");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", figure.querySelector("img")?.alt ?? "");
  figure.dataset.drawn = "yes";
}

const figures = [...document.querySelectorAll("figure[data-spec]")];
for (const figure of figures) draw(figure);
dark.addEventListener("change", () => figures.forEach(draw));
