import type { Mechanism } from "./mechanism.js";
import * as memory from "./memory-mechanisms.js";
import * as receive from "./receive-mechanisms.js";
import * as socket from "./socket-mechanisms.js";
import * as transmit from "./transmit-mechanisms.js";

/** Every mechanism of the workshop, in the order of its minutes' subjects: link, transmit, receive, memory, socket. */
export const MECHANISMS: readonly Mechanism[] = [
  receive.wire,
  transmit.doorbell,
  receive.driverReceive,
  receive.xdpRecycle,
  receive.coreShare,
  receive.receiveStages,
  memory.skbClear,
  memory.sharedInfo,
  memory.allocateAndCopy,
  memory.slab,
  memory.pageAllocation,
  memory.pageWait,
  memory.pageBulk,
  memory.pagePool,
  memory.dmaMapping,
  memory.zeroCopyClear,
  socket.udpReceive,
  socket.sameCpuReceive,
  socket.queue,
  socket.packetCopy,
  transmit.qdisc,
  receive.handOver,
];
