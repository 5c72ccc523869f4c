#!/bin/sh
# Records two arms of runs: UDP with 18 byte payload (iperf3) over a veth pair between two network namespaces, GRO on the receiving
# device off and on. Each run is a folder that `linerate compare` takes. Nothing leaves the namespaces, which are removed at the end;
# no other setting of the machine is changed. The order is off on on off, again and again, so that drift is alike in both arms.
# As root (Debian: iproute2 ethtool iperf3 linux-perf sysstat zstd), on a machine with two CPUs and nothing else to do:
#   sh src/capture-kit/record-veth.sh FOLDER [RUNS OF EACH ARM] [SECONDS]
set -eu
out=${1:?a new folder for the runs}
runs=${2:-5}
seconds=${3:-6}
export LC_ALL=C
mkdir "$out"

# A host name of our own, for perf and iperf3 write it into their files.
if [ -z "${LINERATE_UTS:-}" ]; then
  rmdir "$out"
  LINERATE_UTS=1 exec unshare --uts sh "$0" "$@"
fi
hostname linerate

sender=linerate-sender
receiver=linerate-receiver
work=$(mktemp -d)
server=
client=
clean() {
  for pid in $client $server; do kill "$pid" 2>/dev/null || true; done
  ip netns del $sender 2>/dev/null || true
  ip netns del $receiver 2>/dev/null || true
  rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM

ip netns add $sender
ip netns add $receiver
ip link add va netns $sender type veth peer name vb netns $receiver
ip -n $sender addr add 10.9.0.1/24 dev va
ip -n $receiver addr add 10.9.0.2/24 dev vb
ip -n $sender link set va up
ip -n $receiver link set vb up
ip netns exec $receiver taskset -c 1 iperf3 -s >/dev/null 2>&1 &
server=$!
sleep 1

# CLOCK_MONOTONIC in ns, the clock that perf is told to use.
monotonic() { sed -n 's/^now at \([0-9]*\) nsecs$/\1/p' /proc/timer_list; }
counters() {
  ip netns exec $receiver ethtool -S vb >"$1/ethtool-S.vb.$2.txt"
  cat /proc/net/softnet_stat >"$1/softnet_stat.$2.txt"
  monotonic
}
# What of the machine can make a difference. Of the kernel's command line only the words that do.
environment() {
  uname -a >"$1/uname.txt"
  lscpu >"$1/lscpu.txt"
  tr ' ' '\n' </proc/cmdline | grep -E '^(mitigations|isolcpus|nohz|nohz_full|rcu_nocbs|idle|pti|intel_iommu|amd_iommu|iommu|clocksource|tsc|slub_debug|init_on_alloc)(=|$)' |
    tr '\n' ' ' >"$1/cmdline.txt"
  ip netns exec $receiver ethtool -k vb >"$1/ethtool-k.vb.txt"
}
# The kernel's symbols: those that the samples fall in, and the one behind each, which ends it. All of them are 5 MB.
symbols() {
  perf script -i "$1" --kallsyms=/proc/kallsyms -F ip 2>/dev/null | awk '$1 ~ /^ffff/ { print $1, "~" }' | sort -u >"$work/addresses"
  awk '{ print $1, "1", $0 }' /proc/kallsyms | sort - "$work/addresses" | awk '
    $2 == "~" { if (last != "") print last; last = ""; ends = 1; next }
    { line = $3 " " $4 " " $5 }
    ends && $1 != at { print line; ends = 0 }
    $5 ~ /^_(text|stext|etext)$/ && !ends { print line }
    { last = $1 == at ? last "\n" line : line; at = $1 }' | sort -u
}
file() { # path, format, and what else is known of it
  printf '%s{"path":"%s","sha256":"%s","sizeBytes":%s,"format":"%s"%s}' "$comma" "$1" \
    "$(sha256sum "$run/$1" | cut -d' ' -f1)" "$(stat -c %s "$run/$1")" "$2" "${3:-}"
  comma=,
}
manifest() {
  comma=
  printf '{"schemaVersion":1,"runId":"%s","bootId":"%s","arm":"%s","position":%s,' \
    "$id" "$(cat /proc/sys/kernel/random/boot_id)" "$arm" "$position"
  printf '"start":{"wall":"%s","monotonicNs":"%s"},"stop":{"wall":"%s","monotonicNs":"%s"},' "$began" "$from" "$ended" "$to"
  printf '"commands":[{"command":"ethtool -K vb gro %s"},{"command":"taskset -c 1 iperf3 -s"},' "$gro"
  printf '{"command":"taskset -c 0 %s","output":"iperf3.json"},{"command":"%s","output":"perf.data.zst"},' "$load" "$record"
  printf '{"command":"mpstat -P ALL 1 %s","output":"mpstat.txt"}],' "$seconds"
  printf '"tools":[{"tool":"perf","version":"%s"},{"tool":"iperf3","version":"%s"},{"tool":"ethtool","version":"%s"}],"files":[' \
    "$(perf --version | sed 's/perf version //')" "$(iperf3 --version | sed -n '1s/^iperf \([^ ]*\).*/\1/p')" \
    "$(ethtool --version | sed 's/ethtool version //')"
  file perf.data.zst perf-data
  file kallsyms.gz kallsyms
  file iperf3.json iperf3
  window=",\"window\":{\"durationNs\":$((to - from)),\"startNs\":\"$from\",\"since\""
  file ethtool-S.vb.before.txt ethtool-stats
  file ethtool-S.vb.after.txt ethtool-stats "$window:\"ethtool-S.vb.before.txt\"}"
  file softnet_stat.before.txt softnet_stat
  file softnet_stat.after.txt softnet_stat "$window:\"softnet_stat.before.txt\"}"
  file mpstat.txt mpstat
  file uname.txt uname
  file lscpu.txt lscpu
  file cmdline.txt cmdline
  file ethtool-k.vb.txt ethtool-k
  printf '],"note":"GRO of the receiving veth %s; sender on CPU 0, receiver on CPU 1","redactions":' "$gro"
  printf '["host name","words of the kernel command line that do not bear on speed","kernel symbols without samples"]}\n'
}
# A run in which another program started is made again (it disturbs, and its paths would be in the recording), and so is one in which
# others than sender, receiver and the kernel's softirq threads took more than 4 % of the samples.
disturbed() {
  perf script -i "$1" -F pid 2>/dev/null | awk -v own="0 $client $server $(pgrep ksoftirqd | tr '\n' ' ')" '
    BEGIN { split(own, pids, " "); for (i in pids) known[pids[i]] = 1 }
    NF { all++; if (!($1 in known)) other++ }
    END { if (other > 0.04 * all) print other / all " of the samples are of other programs" }' >"$work/others"
  [ ! -s "$work/others" ] || return 0
  perf script -i "$1" --show-mmap-events 2>/dev/null | grep PERF_RECORD_MMAP |
    grep -v -E ' (\[[^]]*\][_a-z]*|/usr/bin/(sleep|perf)|/usr/lib[^ ]*|//anon)$' >"$work/others"
}

# Until the machine has nothing else to do.
quiet() {
  until mpstat 1 2 | awk '/^Average:/ { idle = $NF } END { exit !(idle > 93) }'; do :; done
}

record="perf record -q -N -o perf.data -e cpu-clock -F 997 -a -g -k CLOCK_MONOTONIC --synth=no -- sleep $seconds"
load="iperf3 -c 10.9.0.2 -u -b 0 -l 18 -t $((seconds + 4)) -J"
position=0
while [ $position -lt $((2 * runs)) ]; do
  case $((position % 4)) in 0 | 3) gro=off ;; *) gro=on ;; esac
  arm="gro $gro"
  position=$((position + 1))
  id=$(printf 'gro-%s-%02d' $gro $position)
  run=$out/$id
  tries=0
  while :; do
    tries=$((tries + 1))
    [ $tries -le 100 ] || { echo "$id: disturbed in each of 100 tries" >&2; exit 1; }
    rm -rf "$run"
    quiet
    mkdir "$run"
    ip netns exec $receiver ethtool -K vb gro $gro
    environment "$run"
    began=$(date -u +%Y-%m-%dT%H:%M:%SZ)
    # shellcheck disable=SC2086 # a command with its arguments
    ip netns exec $sender taskset -c 0 $load >"$run/iperf3.json" &
    client=$!
    sleep 1
    mpstat -P ALL 1 "$seconds" >"$run/mpstat.txt" &
    mpstat=$!
    from=$(counters "$run" before)
    (cd "$run" && $record)
    to=$(counters "$run" after)
    wait $client $mpstat
    ended=$(date -u +%Y-%m-%dT%H:%M:%SZ)
    disturbed "$run/perf.data" || break
    echo "$id: again: $(head -1 "$work/others" | cut -c1-150)" >&2
  done
  client=
  symbols "$run/perf.data" | gzip -9n >"$run/kallsyms.gz"
  zstd -19 -q --rm "$run/perf.data"
  chmod 644 "$run/perf.data.zst"
  manifest >"$run/manifest.json"
  echo "$id: $(du -sk "$run" | cut -f1) kB, try $tries"
done
