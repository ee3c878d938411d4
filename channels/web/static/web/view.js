// Draws lines and quick replies. Everything comes in by textContent: a message can never become markup.
const log = document.querySelector("#log");
const status = document.querySelector("#status");
const drawn = new Set();
const SOURCE = "From the NK-92 monograph: ";

export function say(text) { status.textContent = text; }

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// Shows a line once; a reply that comes twice, by its message and by the history, is drawn the first time.
export function showLine(line) {
  if (line.seq && drawn.has(line.seq)) return null;
  drawn.add(line.seq);
  const mine = line.from === "patient";
  const alarm = !mine && (line.level === "urgent" || line.level === "emergency");
  const shown = element("div", `line${mine ? " mine" : ""}${alarm ? " alarm" : ""}`);
  const sourceLine = line.source ? SOURCE + line.source : "";
  const words = sourceLine && line.text.endsWith(sourceLine) ? line.text.slice(0, -sourceLine.length).trimEnd() : line.text;
  const bubble = element("div", "bubble", words);
  bubble.dir = "auto";
  if (sourceLine) bubble.append(element("span", "source", sourceLine));
  const time = element("span", "time", new Date(line.at).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" }));
  shown.append(bubble, time);
  clearChoices();
  log.append(shown);
  shown.scrollIntoView({ block: "nearest" });
  return shown;
}

export function showUnsent(line, again) {
  line.classList.add("unsent");
  const time = line.querySelector(".time");
  time.textContent = "Not sent.";
  const button = element("button", "", "Send again");
  button.type = "button";
  button.addEventListener("click", again, { once: true });
  time.append(button);
}

export function markSent(line) {
  if (!line.classList.contains("unsent")) return;
  line.classList.remove("unsent");
  line.querySelector(".time").textContent = new Date().toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
}

function clearChoices() { log.querySelectorAll(".choices").forEach((row) => row.remove()); }

export function showChoices(choices, chosen) {
  clearChoices();
  if (!choices.length) return;
  const row = element("div", "choices");
  for (const choice of choices) {
    const button = element("button", "", choice.title);
    button.type = "button";
    button.addEventListener("click", () => chosen(choice));
    row.append(button);
  }
  log.append(row);
  row.scrollIntoView({ block: "nearest" });
}
