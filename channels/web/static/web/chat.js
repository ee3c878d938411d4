// The plain chat page: what is typed goes out once, what is answered is shown as text, history comes back after a reload.
import { openConversation, fetchHistory, postMessage, SessionOver } from "./connection.js";
import { showLine, showUnsent, markSent, showChoices, say } from "./view.js";

const form = document.querySelector("#composer");
const field = document.querySelector("#text");
let sending = Promise.resolve();

function send(text, choice) {
  const clientId = crypto.randomUUID();
  const line = showLine({ from: "patient", text, at: new Date().toISOString() });
  sending = sending.then(() => deliver({ client_id: clientId, text, choice }, line));
}

async function deliver(message, line) {
  say("Answering …");
  try {
    const answer = await postMessage(message);
    markSent(line);
    say("");
    answer.replies.forEach(showLine);
    showChoices(answer.replies.at(-1)?.buttons ?? [], (choice) => send(choice.title, choice.id));
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

async function begin() {
  try {
    const lines = await fetchHistory();
    lines.forEach(showLine);
    if (lines.length) {
      document.querySelector("#starters").hidden = true;
      showChoices(lines.at(-1).buttons, (choice) => send(choice.title, choice.id));
    }
  } catch (problem) {
    if (!(problem instanceof SessionOver)) say("The assistant cannot be reached. If it is urgent, call the numbers above.");
    else await openConversation().catch(() => say("The assistant cannot be reached. If it is urgent, call the numbers above."));
  }
}

begin();
