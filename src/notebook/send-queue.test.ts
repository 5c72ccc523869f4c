import assert from "node:assert/strict";
import { it } from "node:test";
import { SendQueue } from "./send-queue.js";

it("SendQueue.send() sends nothing on a socket that is closed", async () => {
  const queue = new SendQueue({ closed: true, send: () => Promise.reject(new Error("Socket is closed")) });
  await queue.send([]);
});

it("SendQueue.send() fails with the socket, but not when that was closed while it sent", async () => {
  const socket = { closed: false, send: () => Promise.reject(new Error("Host unreachable")) };
  const queue = new SendQueue(socket);
  await assert.rejects(queue.send([]), { message: "Host unreachable" });
  socket.send = async () => {
    socket.closed = true;
    throw new Error("Operation was not possible or timed out");
  };
  await queue.send([]);
});
