// What the page does better where scripts run: one send per click, a share of what is sent, a draft that stays.
"use strict";
(() => {
  const form = document.querySelector("form[data-draft]");
  const key = "draft:" + location.pathname;
  const store = () => { try { return window.sessionStorage; } catch { return null; } };
  const done = document.querySelector("[role=status].done");
  if (done) { done.tabIndex = -1; done.focus({ preventScroll: true }); }

  for (const other of document.querySelectorAll("form:not([data-draft])")) {
    other.addEventListener("submit", () => setTimeout(() => { other.querySelector("button").disabled = true; }));
  }
  // A page that comes back by the back button must not stay disabled.
  addEventListener("pageshow", () => document.querySelectorAll("button").forEach((button) => { button.disabled = false; }));
  if (!form) return;

  const text = form.elements.text;
  const alert = form.querySelector("[data-alert]");
  const bar = form.querySelector("progress");
  const button = form.querySelector("button");
  const label = button.textContent;

  if (done) store()?.removeItem(key);
  else if (!text.value) text.value = store()?.getItem(key) || "";
  text.addEventListener("input", () => { try { store()?.setItem(key, text.value); } catch { /* full: no draft */ } });

  const busy = (is) => { button.disabled = is; bar.hidden = !is; button.textContent = is ? form.dataset.sending : label; };
  const fail = (words) => { busy(false); alert.textContent = words; alert.hidden = false; };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    alert.hidden = true;
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (sent) => {
      if (!sent.lengthComputable || sent.total < 50000) return;
      const share = Math.floor(100 * sent.loaded / sent.total);
      bar.value = share;
      button.textContent = form.dataset.share.replace("{percent}", share);
    });
    request.addEventListener("load", () => {
      if (request.status < 400) { location.assign(request.responseURL); return; }
      const answer = new DOMParser().parseFromString(request.responseText, "text/html");
      const told = answer.querySelector("main [role=alert]:not([hidden]) p:last-child") || answer.querySelector("main p, body");
      fail(told ? told.textContent : form.dataset.failed);
    });
    for (const end of ["error", "timeout", "abort"]) request.addEventListener(end, () => fail(form.dataset.failed));
    const content = new FormData(form);  // before the button is disabled
    busy(true);
    request.send(content);
  });
})();
