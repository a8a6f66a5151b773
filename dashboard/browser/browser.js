// What only the browser can do: keep its address in step with the link, copy a link, and notice a change of theme.

const COPIED_FOR = 2000;
const LOOK_EVERY = 1000;

function follow(query) {
  const wanted = query ? `?${query}` : "";
  if (window.location.search !== wanted) {
    // Replaced, not added: it is the same place, so Back must not stop here.
    window.history.replaceState(window.history.state, "", window.location.pathname + wanted + window.location.hash);
  }
}

function copyThroughField(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.style.position = "fixed";
  field.style.opacity = "0";
  document.body.appendChild(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Browsers offer the clipboard to secure pages only; the old way works on others.
    return copyThroughField(text);
  }
}

function button(parent, { name, label, done, failed, title, query }) {
  const element = parent.querySelector(`[data-name="${name}"]`);
  const text = element.querySelector("span");
  text.textContent = label;
  element.title = title;
  element.onclick = async () => {
    const link = window.location.origin + window.location.pathname + (query ? `?${query}` : "");
    text.textContent = (await copy(link)) ? done : failed;
    setTimeout(() => { text.textContent = label; }, COPIED_FOR);
  };
}

export default function ({ data, parentElement, setTriggerValue }) {
  follow(data.query);
  data.buttons.forEach((one) => button(parentElement, one));

  const background = () => getComputedStyle(parentElement.host ?? parentElement).getPropertyValue("--st-background-color");
  let known = background();
  const timer = setInterval(() => {
    const now = background();
    if (now !== known) {
      known = now;
      setTriggerValue("theme", now);
    }
  }, LOOK_EVERY);
  return () => clearInterval(timer);
}
