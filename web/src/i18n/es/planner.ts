import type { Messages } from "../en";
import type { planner as english } from "../en/planner";

export const planner: Pick<Messages, keyof typeof english> = {
  "plan.tools": "El recorrido entero",
  "plan.reverse": "Invertir el recorrido",
  "plan.order": "Poner las paradas en el orden más rápido",
  "plan.undo": "Deshacer",
  "plan.redo": "Rehacer",
  "plan.draw": "Dibujar una línea a mano",
  "plan.drawDone": "Terminar el dibujo",
  "plan.drawHint": "Haz clic en el mapa punto a punto: se conduce la línea tal como la dibujas.",
  "plan.drawn": "Línea dibujada a mano",
  "plan.at.from": "Salir de aquí",
  "plan.at.via": "Parar aquí de camino",
  "plan.at.to": "Ir aquí",
  "plan.repeat": "Repetir",
  "plan.repeat.never": "Una vez",
  "plan.repeat.day": "Cada día",
  "plan.repeat.weekday": "De lunes a viernes",
  "plan.repeat.week": "Cada semana",
  "plan.repeat.times": "Cuántas veces",
  "plan.scheduleMany": "Programar {n} viajes",
};
