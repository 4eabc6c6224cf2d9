# shellcheck shell=bash
# Long-running processes of the cluster: their process ids are in $run/pids, their output in $logs.

# A process id may have been given to somebody else since; ours have one of our paths in their
# arguments.
is_running() {
  local pid
  [ -s "$run/pids/$1" ] || return 1
  pid=$(cat "$run/pids/$1")
  tr '\0' ' ' 2> /dev/null < "/proc/$pid/cmdline" | grep -qF "$state/"
}

# start NAME NODE COMMAND...: in the node's network namespace, unless it runs.
start() {
  local name=$1 node=$2
  shift 2
  is_running "$name" && return 0
  mkdir -p "$run/pids" "$logs"
  # Descriptor 9 is the lock of whoever started us, and must not outlive him.
  setsid nsenter --net="/run/netns/gibbon-node$node" -- "$@" >> "$logs/$name.log" 2>&1 < /dev/null 9>&- &
  echo $! > "$run/pids/$name"
}

# stop NAME SIGNAL: and waits until it has ended, for five seconds before it is killed.
stop() {
  local name=$1 signal=$2 pid tries
  if is_running "$name"; then
    pid=$(cat "$run/pids/$name")
    kill "-$signal" "$pid" 2> /dev/null || true
    # Asked this way, because one that has ended may stay a zombie for long.
    for ((tries = 0; tries < 100; tries++)); do
      is_running "$name" || break
      sleep 0.05
    done
    kill -KILL "$pid" 2> /dev/null || true
  fi
  rm -f "$run/pids/$name"
}

# wait_for SECONDS LOG WHAT COMMAND...: until the command succeeds.
wait_for() {
  local seconds=$1 log=$2 what=$3 deadline
  shift 3
  deadline=$((SECONDS + seconds))
  until "$@" > /dev/null 2>&1; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      tail -n 10 "$logs/$log.log" >&2
      fail "waited $seconds s for $what; see $logs/$log.log"
    fi
    sleep 0.1
  done
}
