// @ts-check
/**
 * The layout of a network: forces after Fruchterman and Reingold (1991) from a fixed start, so that the same answer
 * always gives the same picture; then boxes that overlap are separated.
 */

/** @typedef {{ x: number, y: number }} Point */

/** Half the width and half the height of a node with its label, in pixels. @typedef {{ width: number, height: number }} Box */

/** A node of the layout: its place, the force on it in this round, and the sum of the weights of its links. */
/** @typedef {Point & { box: Box, force: Point, weights: number }} Body */

/** @typedef {{ source: number, target: number, weight: number }} Link */

const ROUNDS = 500;
const GRAVITY = 0.9;
const ATTRACTION = 1.6;
const REPULSION = 2.5;
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/**
 * Return a point for each box, in their order.
 *
 * @param {readonly Box[]} boxes
 * @param {readonly Link[]} links between boxes by their index, with weights from 0 to 1
 * @param {number} width of the picture, in pixels
 * @param {number} height of the picture, in pixels
 * @returns {Point[]}
 */
export function layout(boxes, links, width, height) {
  const bodies = boxes.map((box, index) => place(box, index, boxes.length));
  const pairs = bodies.flatMap((body, index) => bodies.slice(0, index).map((other) => ({ body, other })));
  const springs = attach(bodies, links);
  for (let round = 0; round < ROUNDS; round += 1) move(bodies, pairs, springs, 0.1 * (1 - round / ROUNDS));
  stretch(bodies, "x", "width", width);
  stretch(bodies, "y", "height", height);
  for (let round = 0; round < ROUNDS && separate(pairs); round += 1) clamp(bodies, width, height);
  return bodies;
}

/**
 * Place a node on a spiral in a disc of radius 1, so that the most frequent names start in the middle.
 *
 * @param {Box} box
 * @param {number} index
 * @param {number} number
 * @returns {Body}
 */
function place(box, index, number) {
  const radius = Math.sqrt((index + 0.5) / number);
  const angle = index * GOLDEN_ANGLE;
  return { x: radius * Math.cos(angle), y: radius * Math.sin(angle), box, force: { x: 0, y: 0 }, weights: 0 };
}

/**
 * Divide the weight of each link by the weights at its ends, or nodes with many links end up in one heap.
 *
 * @param {readonly Body[]} bodies
 * @param {readonly Link[]} links
 */
function attach(bodies, links) {
  const springs = links.flatMap(({ source, target, weight }) => {
    const [body, other] = [bodies[source], bodies[target]];
    return body && other ? [{ body, other, weight }] : [];
  });
  for (const { body, other, weight } of springs) {
    body.weights += weight;
    other.weights += weight;
  }
  return springs.map(({ body, other, weight }) => {
    return { body, other, strength: (weight / Math.sqrt(body.weights * other.weights)) * ATTRACTION };
  });
}

/**
 * Move all nodes by the forces on them, none further than `heat`.
 *
 * @param {readonly Body[]} bodies
 * @param {readonly { body: Body, other: Body }[]} pairs
 * @param {readonly { body: Body, other: Body, strength: number }[]} springs
 * @param {number} heat
 */
function move(bodies, pairs, springs, heat) {
  for (const body of bodies) body.force = { x: -body.x * GRAVITY, y: -body.y * GRAVITY };
  for (const { body, other } of pairs) {
    const [x, y] = [body.x - other.x, body.y - other.y];
    push(body, other, x, y, REPULSION / bodies.length / Math.max(x * x + y * y, 1e-4));
  }
  for (const { body, other, strength } of springs) push(body, other, body.x - other.x, body.y - other.y, -strength);
  for (const body of bodies) {
    const scale = Math.min(1, heat / (Math.hypot(body.force.x, body.force.y) || 1));
    body.x += body.force.x * scale;
    body.y += body.force.y * scale;
  }
}

/**
 * @param {Body} body
 * @param {Body} other
 * @param {number} x
 * @param {number} y
 * @param {number} strength
 */
function push(body, other, x, y, strength) {
  body.force.x += x * strength;
  body.force.y += y * strength;
  other.force.x -= x * strength;
  other.force.y -= y * strength;
}

/**
 * Stretch the picture to the available length of one axis.
 *
 * @param {readonly Body[]} bodies
 * @param {"x" | "y"} axis
 * @param {"width" | "height"} side
 * @param {number} room
 */
function stretch(bodies, axis, side, room) {
  const low = Math.min(...bodies.map((body) => body[axis]));
  const high = Math.max(...bodies.map((body) => body[axis]));
  const edge = Math.min(Math.max(...bodies.map(({ box }) => box[side])), room / 4);
  const scale = high > low ? (room - 2 * edge) / (high - low) : 0;
  for (const body of bodies) body[axis] = scale ? edge + (body[axis] - low) * scale : room / 2;
}

/**
 * Separate boxes that overlap, along the axis with the smaller relative overlap; return whether any did.
 *
 * @param {readonly { body: Body, other: Body }[]} pairs
 */
function separate(pairs) {
  let overlap = false;
  for (const { body, other } of pairs) {
    const [x, y] = [body.x - other.x, body.y - other.y];
    const overlapX = body.box.width + other.box.width - Math.abs(x);
    const overlapY = body.box.height + other.box.height - Math.abs(y);
    if (overlapX <= 0 || overlapY <= 0) continue;
    overlap = true;
    if (overlapX / body.box.width < overlapY / body.box.height) shift(body, other, "x", overlapX, x);
    else shift(body, other, "y", overlapY, y);
  }
  return overlap;
}

/**
 * @param {Body} body
 * @param {Body} other
 * @param {"x" | "y"} axis
 * @param {number} overlap
 * @param {number} difference
 */
function shift(body, other, axis, overlap, difference) {
  const distance = (overlap / 2 + 0.5) * (difference < 0 ? -1 : 1);
  body[axis] += distance;
  other[axis] -= distance;
}

/**
 * Keep all boxes inside the picture.
 *
 * @param {readonly Body[]} bodies
 * @param {number} width
 * @param {number} height
 */
function clamp(bodies, width, height) {
  for (const body of bodies) {
    const { box } = body;
    body.x = Math.min(Math.max(body.x, box.width), Math.max(width - box.width, box.width));
    body.y = Math.min(Math.max(body.y, box.height), height - box.height);
  }
}
