// Registers every built-in tag; a new group of tags gets a file and a line here.
import { makeDefine } from "./definition.js";
import { defineBoxes } from "./boxes.js";
import { defineButton } from "./button.js";
import { defineChoices } from "./choices.js";
import { defineFields } from "./fields.js";
import { defineForm } from "./form.js";
import { defineMap } from "./map.js";
import { definePickers } from "./pickers.js";
import { definePictures } from "./pictures.js";
import { defineScrollers } from "./scrollers.js";

const GROUPS = [
  ...[defineBoxes, definePictures, defineButton, defineFields, defineForm],
  ...[defineChoices, definePickers, defineScrollers, defineMap],
];

export function registerBuiltins(space, glassEasel) {
  const define = makeDefine(space, glassEasel);
  for (const group of GROUPS) group(define);
}
