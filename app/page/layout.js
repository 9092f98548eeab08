/**
 * Places the nodes of a network: Fruchterman and Reingold's forces (1991) from a fixed start, so that the same answer
 * is always the same picture; then labels that lie over each other are moved apart.
 */

const ROUNDS = 500;
const GRAVITY = 0.9;
const PULL = 1.6;
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/**
 * Returns a point {x, y} for each node, in their order. `boxes` holds half the width and half the height that each node
 * takes with its label; `ties` are [index, index, weight from 0 to 1]; all lengths are pixels.
 */
export function layout(boxes, ties, width, height) {
  const points = boxes.map((_, index) => start(index, boxes.length));
  const pulls = balanced(ties, boxes.length);
  for (let round = 0; round < ROUNDS; round += 1) step(points, pulls, 0.1 * (1 - round / ROUNDS));
  spread(points, boxes, width, height);
  for (let round = 0; round < ROUNDS && apart(points, boxes); round += 1) kept(points, boxes, width, height);
  return points;
}

/** A spiral from the middle of a disc of radius 1, so that what is named most begins there. */
function start(index, number) {
  const far = Math.sqrt((index + 0.5) / number);
  return { x: far * Math.cos(index * GOLDEN_ANGLE), y: far * Math.sin(index * GOLDEN_ANGLE) };
}

/** Divides each pull by how much pulls at its ends: otherwise those that know everybody end up in one heap. */
function balanced(ties, number) {
  const sums = Array.from({ length: number }, () => 0);
  for (const [one, other, weight] of ties) {
    sums[one] += weight;
    sums[other] += weight;
  }
  return ties.map(([one, other, weight]) => [one, other, weight / Math.sqrt(sums[one] * sums[other])]);
}

/** Moves all points by the forces on them, none further than `heat`. */
function step(points, pulls, heat) {
  const square = 2.5 / points.length;
  const moves = points.map(({ x, y }) => ({ x: -x * GRAVITY, y: -y * GRAVITY }));
  for (let one = 0; one < points.length; one += 1) {
    for (let other = 0; other < one; other += 1) push(points, moves, one, other, square);
  }
  for (const [one, other, weight] of pulls) pull(points, moves, one, other, weight);
  points.forEach((point, index) => {
    const { x, y } = moves[index];
    const scale = Math.min(1, heat / (Math.hypot(x, y) || 1));
    point.x += x * scale;
    point.y += y * scale;
  });
}

function push(points, moves, one, other, square) {
  const x = points[one].x - points[other].x;
  const y = points[one].y - points[other].y;
  const force = square / Math.max(x * x + y * y, 1e-4);
  moves[one].x += x * force;
  moves[one].y += y * force;
  moves[other].x -= x * force;
  moves[other].y -= y * force;
}

function pull(points, moves, one, other, weight) {
  const x = (points[one].x - points[other].x) * weight * PULL;
  const y = (points[one].y - points[other].y) * weight * PULL;
  moves[one].x -= x;
  moves[one].y -= y;
  moves[other].x += x;
  moves[other].y += y;
}

/** Stretches the picture to the room that there is. */
function spread(points, boxes, width, height) {
  for (const [axis, room] of [["x", width], ["y", height]]) {
    const half = axis === "x" ? "width" : "height";
    const low = Math.min(...points.map((point) => point[axis]));
    const high = Math.max(...points.map((point) => point[axis]));
    const edge = Math.min(Math.max(...boxes.map((box) => box[half])), room / 4);
    const scale = high > low ? (room - 2 * edge) / (high - low) : 0;
    for (const point of points) point[axis] = scale ? edge + (point[axis] - low) * scale : room / 2;
  }
}

/** Moves boxes that overlap apart, along the way that is relatively shorter; tells whether there were any. */
function apart(points, boxes) {
  let found = false;
  for (let one = 0; one < points.length; one += 1) {
    for (let other = 0; other < one; other += 1) {
      const x = points[one].x - points[other].x;
      const y = points[one].y - points[other].y;
      const overX = boxes[one].width + boxes[other].width - Math.abs(x);
      const overY = boxes[one].height + boxes[other].height - Math.abs(y);
      if (overX <= 0 || overY <= 0) continue;
      found = true;
      const axis = overX / boxes[one].width < overY / boxes[one].height ? "x" : "y";
      const by = ((axis === "x" ? overX : overY) / 2 + 0.5) * ((axis === "x" ? x : y) < 0 ? -1 : 1);
      points[one][axis] += by;
      points[other][axis] -= by;
    }
  }
  return found;
}

function kept(points, boxes, width, height) {
  points.forEach((point, index) => {
    const box = boxes[index];
    point.x = Math.min(Math.max(point.x, box.width), Math.max(width - box.width, box.width));
    point.y = Math.min(Math.max(point.y, box.height), height - box.height);
  });
}
