/**
 * One quad a vehicle. Each carries where it was and where its last report puts it, with the times of
 * both; the vertex shader mixes them for the frame's time, so nothing is uploaded between reports.
 */
export const VERTEX = `#version 300 es
in vec2 a_corner;
in vec4 a_way;      // from.xy, to.xy: mercator, relative to the local origin
in vec2 a_times;    // seconds, relative to the buffer's time base
in vec2 a_headings; // radians, the second on the shorter way from the first
in vec2 a_look;     // state code, emphasis (0 plain, 1 selected)
uniform mat4 u_matrix;
uniform vec2 u_viewport;
uniform float u_time;
uniform float u_radius;
uniform float u_bearing;
uniform float u_fresh; // seconds, relative to the buffer's time base: one whose last report is older is stale
uniform vec3 u_colours[7];
out vec2 v_at;
out vec3 v_colour;
flat out float v_selected;
flat out float v_strength;
void main() {
  float span = a_times.y - a_times.x;
  float share = span > 0.0 ? clamp((u_time - a_times.x) / span, 0.0, 1.0) : 1.0;
  vec2 place = mix(a_way.xy, a_way.zw, share);
  float angle = mix(a_headings.x, a_headings.y, share) - u_bearing;
  vec2 turned = mat2(cos(angle), -sin(angle), sin(angle), cos(angle)) * a_corner;
  // The quad reaches as far as the shadow, or the halo of the selected one; less area is less to shade.
  float extent = a_look.y > 0.0 ? 1.85 : 1.5;
  float radius = u_radius * (1.0 + 0.35 * a_look.y) * extent;
  gl_Position = u_matrix * vec4(place, 0.0, 1.0);
  gl_Position.xy += turned * radius * 2.0 / u_viewport * gl_Position.w;
  v_at = a_corner * extent;
  v_colour = u_colours[int(a_look.x)];
  v_selected = a_look.y;
  bool reports = a_look.x > 0.5 && a_look.x < 3.5; // driving, waiting, paused
  v_strength = reports && a_times.y < u_fresh ? 0.4 : 1.0;
}`;

/** A disc with a ring and an arrow; in units of the disc's radius, y is ahead. */
export const FRAGMENT = `#version 300 es
precision highp float;
in vec2 v_at;
in vec3 v_colour;
flat in float v_selected;
flat in float v_strength;
uniform float u_pixel; // size of a device pixel, in radii
uniform vec3 u_ring;
uniform float u_detail;
out vec4 colour;
float segment(vec2 p, vec2 a, vec2 b) {
  vec2 d = b - a;
  return length(p - a - d * clamp(dot(p - a, d) / dot(d, d), 0.0, 1.0));
}
float arrow(vec2 p) {
  vec2 q = vec2(abs(p.x), p.y);
  vec2 tip = vec2(0.0, 0.52);
  vec2 wing = vec2(0.36, -0.40);
  vec2 notch = vec2(0.0, -0.20);
  float edge = min(segment(q, tip, wing), segment(q, wing, notch));
  vec2 side = wing - tip;
  vec2 back = notch - wing;
  float inSide = side.x * (q.y - tip.y) - side.y * (q.x - tip.x);
  float inBack = back.x * (q.y - wing.y) - back.y * (q.x - wing.x);
  return (inSide < 0.0 && inBack < 0.0 ? -edge : edge) - 0.05;
}
void main() {
  float r = length(v_at);
  float px = u_pixel;
  float shadow = (1.0 - smoothstep(0.85, 1.5, r)) * 0.28;
  float halo = v_selected * (1.0 - smoothstep(1.75, 1.75 + px * 2.0, r)) * 0.28;
  vec4 result = vec4(vec3(0.0), shadow);
  result = mix(result, vec4(v_colour * halo, halo) + result * (1.0 - halo), v_selected);
  float outer = 1.0 - smoothstep(-px * 0.5, px * 0.5, r - 1.0);
  result = mix(result, vec4(u_ring, 1.0), outer);
  float fill = 1.0 - smoothstep(-px * 0.5, px * 0.5, r - 0.8);
  result = mix(result, vec4(v_colour, 1.0), fill);
  if (u_detail > 0.0 && fill > 0.0) {
    float mark = (1.0 - smoothstep(-px * 0.6, px * 0.6, arrow(v_at * 1.12))) * u_detail;
    result = mix(result, vec4(u_ring, 1.0), mark * fill);
  }
  colour = result * v_strength;
}`;
