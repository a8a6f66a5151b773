// Saves a drawn chart as SVG or PNG, with its title above and what it shows below, so that the picture can stand alone.

const SVG = "http://www.w3.org/2000/svg";
const SCALE = 3;
const EDGE = 12;
const FONTS = [["latin", /./], ["latin-ext", /[\u0100-\u02ff]/], ["cyrillic", /[\u0400-\u04ff]/], ["greek", /[\u0370-\u03ff]/]];

function lines(text, room, size) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${size}px Plex, sans-serif`;
  const found = [];
  text.split(" ").forEach((word) => {
    const longer = found.length ? `${found[found.length - 1]} ${word}` : word;
    if (found.length && pen.measureText(longer).width <= room) found[found.length - 1] = longer;
    else found.push(word);
  });
  return text ? found : [];
}

function write(parent, words, y, size, colour, weight) {
  words.forEach((line, place) => {
    const text = document.createElementNS(SVG, "text");
    Object.entries({ x: EDGE, y: y + place * size * 1.35, fill: colour, "font-size": size, "font-weight": weight })
      .forEach(([name, value]) => text.setAttribute(name, value));
    text.textContent = line;
    parent.appendChild(text);
  });
}

async function font(name) {
  const answer = await fetch(new URL(`app/static/plex-${name}.woff2`, document.baseURI.replace(/[^/]*$/, "")));
  if (!answer.ok) return "";
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const code = btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""));
  return `@font-face{font-family:Plex;font-weight:100 700;src:url(data:font/woff2;base64,${code}) format("woff2")}`;
}

// One SVG of all that the chart consists of; null where a part of it is not SVG.
async function compose(plot, { title, note, source, colours }) {
  const layers = [...plot.querySelectorAll("svg.main-svg")];
  if (!layers.length || plot.querySelector(".gl-container canvas")) return null;
  const box = layers[0].getBoundingClientRect();
  const width = Math.round(box.width) + 2 * EDGE;
  const above = [lines(title, width - 2 * EDGE, 15), lines(note, width - 2 * EDGE, 12)];
  const below = lines(source, width - 2 * EDGE, 10);
  const head = EDGE + above[0].length * 20 + above[1].length * 16 + 8;
  const height = head + Math.round(box.height) + 14 + below.length * 14 + EDGE;

  const whole = document.createElementNS(SVG, "svg");
  Object.entries({ xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}`, "font-family": "Plex, sans-serif" })
    .forEach(([name, value]) => whole.setAttribute(name, value));
  const page = document.createElementNS(SVG, "rect");
  Object.entries({ width, height, fill: colours.page }).forEach(([name, value]) => page.setAttribute(name, value));
  whole.appendChild(page);
  write(whole, above[0], EDGE + 14, 15, colours.ink, 600);
  write(whole, above[1], EDGE + above[0].length * 20 + 11, 12, colours.muted, 400);
  layers.forEach((layer) => {
    const copy = layer.cloneNode(true);
    copy.querySelectorAll(".hoverlayer > *, .draglayer, .modebar").forEach((part) => part.remove());
    copy.removeAttribute("style");
    Object.entries({ x: EDGE, y: head, width: box.width, height: box.height }).forEach(([name, value]) => copy.setAttribute(name, value));
    whole.appendChild(copy);
  });
  write(whole, below, head + Math.round(box.height) + 18, 10, colours.muted, 400);

  const needed = FONTS.filter(([, letters]) => letters.test(whole.textContent));
  const style = document.createElementNS(SVG, "style");
  style.textContent = (await Promise.all(needed.map(([name]) => font(name)))).join("");
  whole.prepend(style);
  // Plotly names its clipping paths with the page's address, which a file does not have.
  const text = new XMLSerializer().serializeToString(whole).replace(/url\((?:&quot;|["'])?[^#"')]*#([^"')&]*)(?:&quot;|["'])?\)/g, "url(#$1)");
  return { text, width, height };
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

async function raster({ text, width, height }) {
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * SCALE;
  canvas.height = height * SCALE;
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(address);
  return new Promise((done) => { canvas.toBlob(done, "image/png"); });
}

export default function ({ data, parentElement }) {
  parentElement.querySelectorAll("button").forEach((button) => {
    const { kind } = button.dataset;
    button.textContent = data.labels[kind];
    button.onclick = async () => {
      const plot = document.querySelector(`.st-key-${CSS.escape(data.chart)} .js-plotly-plot`);
      try {
        const drawn = plot && await compose(plot, data);
        if (!drawn) throw new Error("no drawing");
        const blob = kind === "svg" ? new Blob([drawn.text], { type: "image/svg+xml" }) : await raster(drawn);
        save(blob, `${data.file}.${kind}`);
      } catch {
        button.textContent = data.failed;
      }
    };
  });
}
