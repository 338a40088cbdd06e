// Loads the page again when a part of it did not come, as when the network changes meanwhile: browsers ask for a module only
// once, and without one of them nothing of the page starts. No module itself, as it has to be there before them.

const AGAIN_MS = 5_000;

// An element's failure does not rise, so it is met on its way down.
addEventListener(
  'error',
  ({ target }) => {
    const line = document.getElementById('unstarted');
    // Once it has started, what fails is not of the page, but of an extension.
    const isStarted = line === null && document.readyState !== 'loading';
    if (target instanceof HTMLScriptElement && !isStarted) {
      if (line !== null) {
        line.textContent = `A part of this page did not come. It is loaded again in ${AGAIN_MS / 1000} s.`;
      }
      setTimeout(() => location.reload(), AGAIN_MS);
    }
  },
  true,
);
