// Counts the seconds in which a decision can still be undone; then looks what came of it.

const LOOK_AGAIN_MS = 2000;

const left = document.querySelector("[data-undo-left]");
if (left) {
  const ends = Date.now() + Number(left.dataset.undoLeft) * 1000;
  const tell = () => {
    const seconds = Math.ceil((ends - Date.now()) / 1000);
    if (seconds > 0) {
      left.textContent = seconds === 1 ? "Queda 1 segundo." : `Quedan ${seconds} segundos.`;
      setTimeout(tell, 250);
    } else {
      left.textContent = "El plazo terminó.";
      setTimeout(() => window.location.reload(), LOOK_AGAIN_MS);
    }
  };
  tell();
}
