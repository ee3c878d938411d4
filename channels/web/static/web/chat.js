// The plain chat page: what is typed goes out once, what is answered is shown as text, history comes back after a reload.
import { openConversation, fetchHistory, newId, postMessage, SessionOver } from "./connection.js";
import { showLine, showUnsent, markSent, showChoices, say } from "./view.js";

const form = document.querySelector("#composer");
const field = document.querySelector("#text");
const LOOKS = 15;
const UNREACHABLE = "The assistant cannot be reached. If it is urgent, call the numbers above.";
let sending = Promise.resolve();

function send(text, choice) {
  const clientId = newId();
  const line = showLine({ from: "patient", text, at: new Date().toISOString() });
  sending = sending.then(() => deliver({ client_id: clientId, text, choice }, line));
}

async function deliver(message, line) {
  say("Answering …");
  try {
    const answer = await postMessage(message);
    markSent(line);
    say("");
    showReplies(answer.replies);
  } catch (problem) {
    say(problem.forPatient ?? "Not sent. Check your connection. If it is urgent, call the numbers above.");
    showUnsent(line, () => { sending = sending.then(() => deliver(message, line)); });
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text) { field.focus(); return; }
  field.value = "";
  field.style.height = "";
  document.querySelector("#starters").hidden = true;
  send(text);
  field.focus();
});

field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
});

for (const starter of document.querySelectorAll("#starters button")) {
  starter.addEventListener("click", () => { document.querySelector("#starters").hidden = true; send(starter.textContent); });
}

function showReplies(lines) {
  lines.forEach(showLine);
  const buttons = lines.findLast((line) => line.buttons.length)?.buttons ?? [];
  showChoices(buttons, (choice) => send(choice.title, choice.id));
}

// A message that was sent just before the page was loaded again is answered all the same: wait for it.
async function catchUp(line) {
  say("Answering …");
  for (let look = 0; look < LOOKS; look += 1) {
    await new Promise((done) => setTimeout(done, 1000));
    const lines = (await fetchHistory(line.seq)).filter((one) => one.from === "assistant");
    if (lines.length) { showReplies(lines); break; }
  }
  say("");
}

async function begin() {
  const lines = await fetchHistory();
  if (!lines.length) return;
  document.querySelector("#starters").hidden = true;
  showReplies(lines);
  const last = lines.at(-1);
  if (last.from === "patient") { showChoices([]); await catchUp(last); }
}

begin().catch(async (problem) => {
  try {
    if (!(problem instanceof SessionOver)) throw problem;
    await openConversation();
  } catch { say(UNREACHABLE); }
});
