const carriesFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;

/** Files dragged over the page: `onOver` while one hovers, `onFile` when it is let go. Returns the undo. */
export function watchDrop(element: HTMLElement, onOver: (over: boolean) => void, onFile: (file: File) => void): () => void {
  const over = (event: DragEvent) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    onOver(true);
  };
  const leave = (event: DragEvent) => {
    if (!(event.relatedTarget instanceof Node && element.contains(event.relatedTarget))) onOver(false);
  };
  const drop = (event: DragEvent) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    onOver(false);
    const file = event.dataTransfer?.files[0];
    if (file) onFile(file);
  };
  element.addEventListener("dragover", over);
  element.addEventListener("dragleave", leave);
  element.addEventListener("drop", drop);
  return () => {
    element.removeEventListener("dragover", over);
    element.removeEventListener("dragleave", leave);
    element.removeEventListener("drop", drop);
  };
}
