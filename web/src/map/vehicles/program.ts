import { FRAGMENT, VERTEX } from "./shaders";

/** Floats an instance: from.xy, to.xy, times, headings, state, emphasis. */
export const FLOATS = 10;

const UNIFORMS = ["matrix", "viewport", "time", "radius", "bearing", "colours", "ring", "detail", "pixel", "fresh"] as const;
type Uniform = (typeof UNIFORMS)[number];

/** The WebGL2 objects that draw vehicles: made once a context, freed by `free()`. */
export interface Program {
  program: WebGLProgram;
  array: WebGLVertexArrayObject;
  instances: WebGLBuffer;
  uniform: Readonly<Record<Uniform, WebGLUniformLocation | null>>;
  free: () => void;
}

/** @throws Error where the driver refuses the shaders. */
export function createProgram(gl: WebGL2RenderingContext): Program {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type);
    if (!shader) throw new Error("The graphics context is lost.");
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
    throw new Error(`The vehicles' shaders don't link: ${gl.getProgramInfoLog(program) ?? ""}`);
  }
  const array = gl.createVertexArray();
  const corners = gl.createBuffer();
  const instances = gl.createBuffer();
  gl.bindVertexArray(array);
  gl.bindBuffer(gl.ARRAY_BUFFER, corners);
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]), gl.STATIC_DRAW);
  attribute(gl, program, "a_corner", 2, 0, 0, 0);
  gl.bindBuffer(gl.ARRAY_BUFFER, instances);
  attribute(gl, program, "a_way", 4, FLOATS * 4, 0, 1);
  attribute(gl, program, "a_times", 2, FLOATS * 4, 16, 1);
  attribute(gl, program, "a_headings", 2, FLOATS * 4, 24, 1);
  attribute(gl, program, "a_look", 2, FLOATS * 4, 32, 1);
  gl.bindVertexArray(null);
  return {
    program,
    array,
    instances,
    uniform: Object.fromEntries(UNIFORMS.map((name) => [name, gl.getUniformLocation(program, `u_${name}`)])) as Program["uniform"],
    free: () => {
      gl.deleteProgram(program);
      gl.deleteVertexArray(array);
      gl.deleteBuffer(corners);
      gl.deleteBuffer(instances);
    },
  };
}

function attribute(
  gl: WebGL2RenderingContext,
  program: WebGLProgram,
  name: string,
  size: number,
  stride: number,
  offset: number,
  divisor: number,
): void {
  const at = gl.getAttribLocation(program, name);
  gl.enableVertexAttribArray(at);
  gl.vertexAttribPointer(at, size, gl.FLOAT, false, stride, offset);
  gl.vertexAttribDivisor(at, divisor);
}
