#!/bin/sh
# A large recording for `npm run bench -- perf-data --recording FOLDER/perf.data --kallsyms FOLDER/kallsyms`: iperf3's TCP and UDP with
# 18 byte packets over a veth pair between two network namespaces, segmentation offloads and GRO off. Nothing leaves the namespaces.
# As root, with perf, iperf3, ethtool and ip (Debian: linux-perf iperf3 ethtool iproute2): sh src/bench/record-veth.sh FOLDER SECONDS
set -eu
folder=${1:?a folder for perf.data and kallsyms}
seconds=${2:-40}
mkdir -p "$folder"

servers=
clean() {
  [ -z "$servers" ] || kill $servers 2>/dev/null || true
  ip netns del linerate-a 2>/dev/null || true
  ip netns del linerate-b 2>/dev/null || true
}
trap clean EXIT
trap 'exit 130' INT TERM

ip netns add linerate-a
ip netns add linerate-b
ip link add va netns linerate-a type veth peer name vb netns linerate-b
ip -n linerate-a addr add 10.9.0.1/24 dev va
ip -n linerate-b addr add 10.9.0.2/24 dev vb
for end in a b; do
  ip -n linerate-$end link set lo up
  ip -n linerate-$end link set v$end up
  ip netns exec linerate-$end ethtool -K v$end tso off gso off gro off
done

for port in 5201 5202; do
  ip netns exec linerate-b iperf3 -s -p $port >/dev/null &
  servers="$servers $!"
done
sleep 1
ip netns exec linerate-a iperf3 -c 10.9.0.2 -p 5201 -t $((seconds + 2)) >/dev/null &
servers="$servers $!"
ip netns exec linerate-a iperf3 -c 10.9.0.2 -p 5202 -u -b 0 -l 18 -t $((seconds + 2)) >/dev/null &
servers="$servers $!"
sleep 1
perf record -o "$folder/perf.data" -e cpu-clock -F 20000 -a -g -- sleep "$seconds"
cat /proc/kallsyms >"$folder/kallsyms"
