# Failures to inject into a pod of the local cluster, and their end.
# shellcheck shell=bash

API_PORT=8000 # what peers ask; the kubelet's probes go to 8001 and are left alone

# freeze NAMESPACE POD: its containers stop where they are; connections stay open and nobody answers.
freeze() {
  on_tasks pause RUNNING "$@"
  say "✓ frozen: $1/$2"
}

thaw() {
  on_tasks resume PAUSED "$@"
  say "✓ goes on: $1/$2"
}

# kill_container NAMESPACE POD CONTAINER
kill_container() {
  local id any=
  local_pod "$1" "$2"
  for id in $(containers "$1" "$2" container); do
    # Those that were restarted may have an ended one left.
    if [ "$(task "$id" STATUS)" = RUNNING ] && [ "$(container_name "$id")" = "$3" ]; then
      any=1
      containerd_ctr tasks kill --signal SIGKILL "$id"
    fi
  done
  [ -n "$any" ] || die "no container $3 of pod $1/$2 runs here"
  say "✓ killed: $3 of $1/$2"
}

container_name() { # ID
  containerd_ctr containers info "$1" | sed -n 's/.*"io.kubernetes.container.name": "\(.*\)".*/\1/p' | head -n 1
}

on_tasks() { # ACTION WANTED-STATE NAMESPACE POD
  local action=$1 wanted=$2 id any=
  local_pod "$3" "$4"
  for id in $(containers "$3" "$4" container); do
    any=1
    # One that is in the other state already, or has ended, stays as it is.
    [ "$(task "$id" STATUS)" != "$wanted" ] || containerd_ctr tasks "$action" "$id"
  done
  [ -n "$any" ] || die "no container of pod $3/$4 runs here"
}

# cut NAMESPACE POD [PORT]: its peers don't reach it and it doesn't reach them; loopback and other ports work on.
cut_off() {
  local port=${3:-$API_PORT} direction interface side
  case $port in *[!0-9]*) die "$port is no port" ;; esac
  enter_pod "$1" "$2"
  if in_pod iptables -n -L DISTOMON-CUT >/dev/null 2>&1; then
    say "✓ already cut off: $1/$2"
    return
  fi
  in_pod iptables -N DISTOMON-CUT
  for side in --dport --sport; do in_pod iptables -A DISTOMON-CUT -p tcp $side "$port" -j DROP; done
  for direction in INPUT OUTPUT; do
    interface=-i
    [ $direction = INPUT ] || interface=-o
    in_pod iptables -I $direction ! $interface lo -j DISTOMON-CUT
  done
  say "✓ cut off: $1/$2, TCP port $port in both directions"
}

mend() { # NAMESPACE POD
  enter_pod "$1" "$2"
  if ! in_pod iptables -n -L DISTOMON-CUT >/dev/null 2>&1; then
    say "✓ was not cut off: $1/$2"
    return
  fi
  in_pod iptables -D INPUT ! -i lo -j DISTOMON-CUT
  in_pod iptables -D OUTPUT ! -o lo -j DISTOMON-CUT
  in_pod iptables -F DISTOMON-CUT
  in_pod iptables -X DISTOMON-CUT
  say "✓ reachable again: $1/$2"
}

local_pod() { # NAMESPACE POD
  [ -z "$CONTEXT" ] || die "freeze, thaw, kill, cut and mend reach into containers of the local cluster; DISTOMON_E2E_CONTEXT names another one ($CONTEXT)"
  need_root "injecting failures"
  cluster_is_up || die "the cluster is not up: e2e/cluster up"
  [ -n "$(containers "$1" "$2" sandbox)" ] || die "no pod $2 in namespace $1 on this cluster. There are:
$(admin_kubectl "$CLUSTER" get pods -A --no-headers -o custom-columns=NAMESPACE:.metadata.namespace,POD:.metadata.name)"
}

# containers NAMESPACE POD KIND -> ids. KIND is container, or sandbox (the pause container).
containers() {
  containerd_ctr containers list -q "labels.\"io.kubernetes.pod.namespace\"==$1,labels.\"io.kubernetes.pod.name\"==$2,labels.\"io.cri-containerd.kind\"==$3"
}

# task ID PID|STATUS
task() {
  local column=2
  [ "$2" = PID ] || column=3
  containerd_ctr tasks list | awk -v id="$1" -v column=$column '$1 == id {print $column}'
}

enter_pod() { # NAMESPACE POD: sets POD_PROCESS
  local id
  local_pod "$1" "$2"
  POD_PROCESS=
  # A pod that was replaced may have an ended sandbox left.
  for id in $(containers "$1" "$2" sandbox); do
    [ "$(task "$id" STATUS)" != RUNNING ] || POD_PROCESS=$(task "$id" PID)
  done
  [ -n "$POD_PROCESS" ] || die "pod $1/$2 is not running"
}

in_pod() { nsenter -t "$POD_PROCESS" -n "$(program "$1")" "${@:2}"; }
