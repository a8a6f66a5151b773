// Turns sheets drawn as SVG into one PDF, or into one picture, with the fonts of the page.

const SCALE = 2.5;
// A3 across, in points.
const PAPER = [1190.55, 841.89];
const FONTS = [["latin", /./], ["latin-ext", /[\u0100-\u02ff]/], ["cyrillic", /[\u0400-\u04ff]/], ["greek", /[\u0370-\u03ff]/]];

async function font(name) {
  const answer = await fetch(new URL(`app/static/plex-${name}.woff2`, document.baseURI.replace(/[^/]*$/, "")));
  if (!answer.ok) return "";
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const code = btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""));
  return `@font-face{font-family:Plex;font-weight:100 700;src:url(data:font/woff2;base64,${code}) format("woff2")}`;
}

async function drawn(page, [width, height]) {
  const needed = FONTS.filter(([, letters]) => letters.test(page));
  const style = (await Promise.all(needed.map(([name]) => font(name)))).join("");
  const text = page.replace(/(<svg[^>]*>)/, `$1<style>${style}</style>`);
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * SCALE);
  canvas.height = Math.round(height * SCALE);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(address);
  return canvas;
}

const blob = (canvas, type) => new Promise((done) => { canvas.toBlob(done, type, 0.93); });

// One JPEG a page: the smallest PDF there is (ISO 32000-1, 7.5).
async function pdf(canvases) {
  const parts = [];
  const offsets = [];
  let length = 0;
  const add = (part) => {
    const bytes = typeof part === "string" ? new TextEncoder().encode(part) : part;
    parts.push(bytes);
    length += bytes.length;
  };
  const object = (body, stream) => {
    offsets.push(length);
    add(`${offsets.length} 0 obj\n${body}\n`);
    if (stream) { add("stream\n"); add(stream); add("\nendstream\n"); }
    add("endobj\n");
  };
  add("%PDF-1.4\n");
  const first = (page) => 3 + page * 3;
  object("<< /Type /Catalog /Pages 2 0 R >>");
  object(`<< /Type /Pages /Count ${canvases.length} /Kids [${canvases.map((_, page) => `${first(page)} 0 R`).join(" ")}] >>`);
  for (const [page, canvas] of canvases.entries()) {
    const image = new Uint8Array(await (await blob(canvas, "image/jpeg")).arrayBuffer());
    const content = new TextEncoder().encode(`q ${PAPER[0]} 0 0 ${PAPER[1]} 0 0 cm /Sheet Do Q`);
    const at = first(page);
    object(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAPER.join(" ")}] /Resources << /XObject << /Sheet ${at + 1} 0 R >> >> /Contents ${at + 2} 0 R >>`);
    object(`<< /Type /XObject /Subtype /Image /Width ${canvas.width} /Height ${canvas.height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length ${image.length} >>`, image);
    object(`<< /Length ${content.length} >>`, content);
  }
  const start = length;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  add(`xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${offsets.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`);
  return new Blob(parts, { type: "application/pdf" });
}

async function png(canvases) {
  const whole = document.createElement("canvas");
  whole.width = canvases[0].width;
  whole.height = canvases.reduce((sum, canvas) => sum + canvas.height, 0);
  canvases.forEach((canvas, page) => whole.getContext("2d").drawImage(canvas, 0, page * canvas.height));
  return blob(whole, "image/png");
}

function save(file, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export default function ({ data, parentElement }) {
  parentElement.querySelectorAll("button").forEach((button) => {
    const { kind } = button.dataset;
    button.textContent = data.labels[kind];
    button.onclick = async () => {
      try {
        const canvases = [];
        for (const page of data.pages) canvases.push(await drawn(page, data.size));
        save(await (kind === "pdf" ? pdf : png)(canvases), `${data.file}.${kind}`);
      } catch {
        button.textContent = data.failed;
      }
    };
  });
}
