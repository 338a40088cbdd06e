# `e2e/cluster outside`: a machine that is not in the cluster, as a network namespace beside the cluster's. It reaches the
# cluster's node, and so the API and NodePorts, but neither Services nor pods; pods reach it.
# shellcheck shell=bash

OUTSIDE_ADDRESS=10.98.0.2
OUTSIDE_GATEWAY=10.98.0.1 # the cluster's side of the wire

outside() { # [COMMAND...]
  need_root 'e2e/cluster outside'
  [ -z "$CONTEXT" ] || die "outside is beside the local cluster, and DISTOMON_E2E_CONTEXT names another"
  cluster_is_up || die "the cluster is not up: e2e/cluster up"
  (
    locked cluster
    [ -e "$CLUSTER/outside/ready" ] || outside_prepare
  )
  if [ $# = 0 ]; then
    echo "$OUTSIDE_ADDRESS"
    return
  fi
  KUBECONFIG=$CLUSTER/outside/kubeconfig
  PATH=$CLUSTER/outside/bin:$PATH
  export KUBECONFIG PATH
  exec nsenter "--net=$CLUSTER/outside/net" "$@"
}

outside_prepare() {
  local place=$CLUSTER/outside
  mkdir -p "$place/bin"
  # Of an attempt that was broken off.
  umount -l "$place/net" 2>/dev/null || true
  nsenter "--net=$CLUSTER/net" ip link delete outside0 2>/dev/null || true
  touch "$place/net"
  unshare "--net=$place/net" true
  PREFIX=(nsenter "--net=$CLUSTER/net")
  "${PREFIX[@]}" ip link add outside0 type veth peer name eth0 netns "$place/net"
  "${PREFIX[@]}" ip address add $OUTSIDE_GATEWAY/30 dev outside0
  "${PREFIX[@]}" ip link set outside0 up
  PREFIX=(nsenter "--net=$place/net")
  "${PREFIX[@]}" ip link set lo up
  "${PREFIX[@]}" ip address add $OUTSIDE_ADDRESS/30 dev eth0
  "${PREFIX[@]}" ip link set eth0 up
  "${PREFIX[@]}" ip route add "$NODE_ADDRESS/32" via $OUTSIDE_GATEWAY
  sed "s|server: .*|server: https://$NODE_ADDRESS:6443|" "$CLUSTER/kubeconfig" >"$place/kubeconfig.new"
  chmod 600 "$place/kubeconfig.new"
  mv "$place/kubeconfig.new" "$place/kubeconfig"
  printf '#!/bin/sh\nexec %q kubectl "$@"\n' "$(binary kubernetes)" >"$place/bin/kubectl"
  chmod 755 "$place/bin/kubectl"
  touch "$place/ready"
}

# What runs there is in no record of ours: whoever started it may be gone.
end_outside() {
  local process
  [ -e "$CLUSTER/outside/net" ] || return 0
  for process in /proc/[0-9]*; do
    if [ "$process/ns/net" -ef "$CLUSTER/outside/net" ]; then kill -KILL "${process#/proc/}" 2>/dev/null || true; fi
  done
}
