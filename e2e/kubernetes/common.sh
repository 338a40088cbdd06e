# What every script of e2e shares: where things are, how progress and failures look, how a process is started,
# recorded and ended. Sourced, never run; expects bash with `set -euo pipefail`.
# shellcheck shell=bash disable=SC2034  # the files that source this one use its variables

E2E=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PROJECT=${E2E%/*}
HOME=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}
export HOME

# What containers see must be open to the users they run as; secrets lie below $STATE, which is 0700.
umask 022

# Built programs, shared by every checkout.
CACHE=${DISTOMON_E2E_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/distomon-e2e}

# Everything that belongs to what runs now: cluster/ and api/, each gone after its `down`. Not below target/: a
# `mvn clean` must not take it away, and the paths of unix sockets must stay below 108 bytes.
STATE=$(realpath -m "${DISTOMON_E2E_STATE:-/tmp/distomon-e2e-$(id -u)}")
if [ ${#STATE} -gt 60 ]; then
  echo "error: the path $STATE is too long for the unix sockets below it (60 bytes at most); set DISTOMON_E2E_STATE" >&2
  exit 1
fi

CONTEXT=${DISTOMON_E2E_CONTEXT-}

# ---- Progress: on stderr, so that stdout carries results only --------------------------------------------------

say() { printf '%s\n' "$*" >&2; }

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# step TITLE LOG HINT COMMAND [ARG...]
# Runs the command with its output in LOG and a line every 15 s while it runs. If it fails: which step, the end of
# the log, what to do, exit 1. The command may be a function; it runs in a subshell with `set -e`. Never call step
# where its status is tested: bash would switch `set -e` off inside it.
step() {
  local title=$1 log=$2 hint=$3 began=$SECONDS status
  shift 3
  mkdir -p "${log%/*}"
  say "… $title"
  heartbeat "$title" &
  HEARTBEAT=$!
  set +e
  (
    set -e
    "$@"
  ) >"$log" 2>&1 9>&-
  status=$?
  set -e
  stop_heartbeat
  if [ "$status" -ne 0 ]; then
    say "✗ $title: failed after $((SECONDS - began)) s. The end of $log:"
    tail -n 25 "$log" | sed 's/^/    /' >&2
    say "  What to do: $hint"
    exit 1
  fi
  say "✓ $title ($((SECONDS - began)) s)"
}

# Its output descriptors are closed for sleep, which outlives it for a moment: a caller that reads until the end of
# our output must not wait for that. Descriptor 9 is the lock (locked, below).
heartbeat() {
  local began=$SECONDS
  exec 9>&-
  while sleep 15 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
    say "  … still at it: $1 ($((SECONDS - began)) s)"
  done
}

HEARTBEAT=
stop_heartbeat() {
  if [ -n "$HEARTBEAT" ]; then
    kill "$HEARTBEAT" 2>/dev/null || true
    wait "$HEARTBEAT" 2>/dev/null || true
    HEARTBEAT=
  fi
}
trap stop_heartbeat EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# eventually SECONDS COMMAND [ARG...]: until the command succeeds. Says what it waited for when it does not.
eventually() {
  local deadline=$((SECONDS + $1)) limit=$1
  shift
  until "$@"; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      echo "not within $limit s: $*"
      return 1
    fi
    sleep 0.2
  done
}

need_root() { # WHAT
  [ "$(id -u)" = 0 ] || die "$1 needs root (network namespace, containers): run it with sudo, or name a kube context in DISTOMON_E2E_CONTEXT and use that cluster. \`e2e/cluster api up\` needs no root."
}

# make_state: the state directory, ours alone.
make_state() {
  mkdir -p "${STATE%/*}"
  mkdir -m 700 "$STATE" 2>/dev/null || true
  if [ -L "$STATE" ] || ! [ -d "$STATE" ] || ! [ -O "$STATE" ]; then
    die "$STATE is no directory of this user's; name another one in DISTOMON_E2E_STATE"
  fi
  chmod 700 "$STATE"
}

# leave_state PART: nothing of this part (cluster, api) is left; the directory goes with its last part.
leave_state() {
  rm -f "$STATE/$1-"*.log "$STATE/$1.lock" "$STATE/$1.kubeconfig"
  rmdir --ignore-fail-on-non-empty "$STATE"
}

# part_down PART DIRECTORY TITLE COMMAND: removes a part that is made of processes alone, by the command, if it is there.
part_down() {
  [ -e "$STATE" ] || {
    say "✓ nothing to remove"
    return
  }
  locked "$1"
  if [ -e "$2" ]; then
    step "$3" "$STATE/$1-down.log" "end what \`ps\` still shows of $2, then run it again" "$4"
  else
    say "✓ nothing to remove"
  fi
  leave_state "$1"
}

# locked PART: from here on alone at this part, until this script ends. The lock file may have gone with the state
# while we waited for it: then once more. Processes that outlive the script are started with 9>&-.
locked() {
  while :; do
    make_state
    exec 9>"$STATE/$1.lock"
    if ! flock -n 9; then
      say "… another e2e script is at work on $STATE, waiting for it"
      flock -w 1200 9 || die "it is still at work after 20 minutes (lock $STATE/$1.lock)"
    fi
    [ ! "$STATE/$1.lock" -ef /dev/fd/9 ] || break
  done
}

# ---- Processes: each in a session of its own, recorded as "PID START-TIME" before it is executed ----------------

# launch DIRECTORY NAME COMMAND [ARG...]: in the background, its output in DIRECTORY/log/NAME.log.
launch() {
  local directory=$1 name=$2
  shift 2
  mkdir -p "$directory/log" "$directory/run"
  rm -f "$directory/run/$name.pid"
  # shellcheck disable=SC2016  # expanded by the inner shell, which becomes the process
  setsid bash -c '
    read -r line </proc/$$/stat; line=${line##*) }; read -ra field <<<"$line"
    echo "$$ ${field[19]}" >"$0"; exec "$@"' \
    "$directory/run/$name.pid" "$@" </dev/null >"$directory/log/$name.log" 2>&1 9>&- &
  disown
  eventually 5 test -s "$directory/run/$name.pid"
}

# process_of DIRECTORY NAME -> its process id, if it still is the one that was started.
process_of() {
  local pid started line field
  [ -s "$1/run/$2.pid" ] || return 1
  read -r pid started <"$1/run/$2.pid" || return 1
  { read -r line <"/proc/$pid/stat"; } 2>/dev/null || return 1
  line=${line##*) }
  read -ra field <<<"$line"
  [ "${field[19]}" = "$started" ] && [ "${field[0]}" != Z ] || return 1
  echo "$pid"
}

alive() { process_of "$1" "$2" >/dev/null; }

recorded() { # DIRECTORY -> the names that have a record
  local record
  for record in "$1"/run/*.pid; do
    [ ! -e "$record" ] || basename "$record" .pid
  done
}

# end_processes DIRECTORY: everything recorded there, at once and with its process group. SIGKILL: what they would
# tidy up is deleted anyway, and the kubelet must not restart what is being ended.
end_processes() {
  local name pid
  for name in $(recorded "$1"); do
    if pid=$(process_of "$1" "$name"); then
      kill -KILL -- "-$pid" 2>/dev/null || true
    fi
  done
  for name in $(recorded "$1"); do
    eventually 10 process_ended "$1" "$name" || return 1
  done
}

process_ended() { ! alive "$1" "$2"; }

# became_ready DIRECTORY NAME SECONDS COMMAND [ARG...]: until the command succeeds; at once when the process ends.
became_ready() {
  local directory=$1 name=$2 deadline=$((SECONDS + $3)) limit=$3
  shift 3
  until "$@" >"$directory/log/wait-$name.log" 2>&1; do
    if ! alive "$directory" "$name"; then
      echo "$name ended. The end of $directory/log/$name.log:"
      tail -n 15 "$directory/log/$name.log"
      return 1
    fi
    if [ "$SECONDS" -ge "$deadline" ]; then
      echo "$name was not ready within $limit s: $*"
      tail -n 3 "$directory/log/wait-$name.log"
      echo "The end of $directory/log/$name.log:"
      tail -n 15 "$directory/log/$name.log"
      return 1
    fi
    sleep 0.2
  done
}

# free_port -> a loopback port that nothing uses, below the range that kernels give to clients (some from 16000 on).
free_port() {
  local port
  while :; do
    port=$((10000 + RANDOM % 6000))
    grep -qsi ":$(printf %04X "$port") " /proc/net/tcp /proc/net/tcp6 || break
  done
  echo "$port"
}

# image_options -> the JVM's options of the images, one a line.
image_options() {
  sed -n '/<entrypoint>/,/<\/entrypoint>/s/.*<arg>\(-[XD].*\)<\/arg>.*/\1/p' "$PROJECT/pom.xml"
}
