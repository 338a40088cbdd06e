# `e2e/cluster up|down|status`: one node with everything a Kubernetes has, inside a network namespace of its own.
# The host gets no iptables rule, bridge or route, and no packet leaves the namespace. The only way in is a unix
# socket (they cross network namespaces) with a forwarder on each side.
# shellcheck shell=bash

CLUSTER=$STATE/cluster
CGROUP=distomon-e2e-$(printf %s "$STATE" | sha256sum | cut -c 1-8)
NODE_NAME=e2e
NODE_ADDRESS=10.99.0.1
SERVICES=10.96.0.0/16
PODS=10.244.0.0/16
COMPONENTS='etcd apiserver way-in way-in-host controller-manager scheduler containerd kubelet proxy coredns'
# What the kubelet sets for the whole machine (it insists); `down` puts back what was there.
MACHINE_SETTINGS='vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys kernel/keys/root_maxbytes'
# Directories that kubelet, containerd and CNI insist on outside ours; `down` removes those that were not there before.
SHARED_DIRECTORIES='/var/lib/kubelet/device-plugins /var/lib/kubelet /var/lib/cni/results /var/lib/cni /var/log/containers
/run/containerd/s /run/containerd'

cluster_up() {
  need_root 'e2e/cluster up'
  locked cluster
  if cluster_is_up; then
    say "✓ already up (kubeconfig: $CLUSTER/kubeconfig)"
    return
  fi
  if [ -e "$CLUSTER" ]; then
    say "… a cluster that ended was left here, removing it"
    step "remove what is left of it" "$STATE/cluster-down.log" "see e2e/cluster down" cluster_remove
  fi
  need_packages "$CLUSTER_PROGRAMS"
  need_binary kubernetes coredns
  local hint="logs of the components are in $CLUSTER/log; \`e2e/cluster down\` removes everything"
  PREFIX=(nsenter "--net=$CLUSTER/net")
  step "make the network namespace and the certificates" "$STATE/cluster-prepare.log" "$hint" cluster_prepare
  step "start the control plane" "$STATE/cluster-control-plane.log" "$hint" start_control_plane
  step "start the node" "$STATE/cluster-node.log" "$hint" start_node
  step "wait until node and cluster DNS are ready" "$STATE/cluster-ready.log" "$hint" wait_for_node
  say "✓ the cluster is up. kubectl: export KUBECONFIG=$CLUSTER/kubeconfig"
}

cluster_is_up() {
  local name
  [ -s "$CLUSTER/kubeconfig" ] || return 1
  for name in $COMPONENTS; do
    alive "$CLUSTER" "$name" || return 1
  done
}

# ---- Up ------------------------------------------------------------------------------------------------------

cluster_prepare() {
  local name server
  mkdir -p "$CLUSTER"
  for name in $MACHINE_SETTINGS; do
    [ ! -e "/proc/sys/$name" ] || echo "$name $(cat "/proc/sys/$name")"
  done >"$CLUSTER/machine-settings"
  for name in $SHARED_DIRECTORIES; do
    [ -e "$name" ] || echo "$name"
  done >"$CLUSTER/new-directories"

  touch "$CLUSTER/net"
  unshare "--net=$CLUSTER/net" true
  "${PREFIX[@]}" ip link set lo up
  "${PREFIX[@]}" ip link add node0 type bridge
  "${PREFIX[@]}" ip address add "$NODE_ADDRESS/24" dev node0
  "${PREFIX[@]}" ip link set node0 up
  "${PREFIX[@]}" ip route add default dev node0
  "${PREFIX[@]}" bash -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'

  make_certificates "$CLUSTER" 127.0.0.1 "$NODE_ADDRESS" 10.96.0.1 localhost kubernetes.default.svc
  free_port >"$CLUSTER/port"
  server=https://127.0.0.1:6443
  make_user "$CLUSTER" "https://127.0.0.1:$(cat "$CLUSTER/port")" "$CLUSTER/admin.kubeconfig" admin system:masters
  make_user "$CLUSTER" $server "$CLUSTER/controller-manager.kubeconfig" system:kube-controller-manager
  make_user "$CLUSTER" $server "$CLUSTER/scheduler.kubeconfig" system:kube-scheduler
  make_user "$CLUSTER" $server "$CLUSTER/proxy.kubeconfig" system:kube-proxy
  make_user "$CLUSTER" $server "$CLUSTER/kubelet.kubeconfig" system:node:$NODE_NAME system:nodes
  make_user "$CLUSTER" $server "$CLUSTER/coredns.kubeconfig" coredns
}

start_control_plane() {
  launch_etcd "$CLUSTER" 2379 2380
  launch_apiserver "$CLUSTER" 2379 --bind-address=0.0.0.0 --advertise-address=$NODE_ADDRESS --secure-port=6443 \
    --authorization-mode=Node,RBAC --allow-privileged --service-cluster-ip-range=$SERVICES \
    --kubelet-client-certificate="$CLUSTER/pki/kubelet-client.crt" --kubelet-client-key="$CLUSTER/pki/kubelet-client.key" \
    --kubelet-preferred-address-types=InternalIP
  launch "$CLUSTER" way-in "${PREFIX[@]}" "$(program socat)" \
    "UNIX-LISTEN:$CLUSTER/api.sock,fork,mode=600,unlink-early" TCP:127.0.0.1:6443
  launch "$CLUSTER" way-in-host "$(program socat)" \
    "TCP-LISTEN:$(cat "$CLUSTER/port"),bind=127.0.0.1,fork,reuseaddr" "UNIX-CONNECT:$CLUSTER/api.sock"
  became_ready "$CLUSTER" apiserver 60 admin_kubectl "$CLUSTER" get --raw /readyz
  launch_controller_manager "$CLUSTER" --allocate-node-cidrs --cluster-cidr=$PODS --service-cluster-ip-range=$SERVICES
  launch "$CLUSTER" scheduler "${PREFIX[@]}" "$(binary kubernetes)" kube-scheduler \
    --kubeconfig="$CLUSTER/scheduler.kubeconfig" --leader-elect=false --secure-port=0
}

start_node() {
  make_cgroups
  containerd_config >"$CLUSTER/containerd.toml"
  mkdir -p "$CLUSTER/cni"
  cni_config >"$CLUSTER/cni/10-distomon.conflist"
  launch "$CLUSTER" containerd "${PREFIX[@]}" "$(program containerd)" --config "$CLUSTER/containerd.toml"
  became_ready "$CLUSTER" containerd 30 containerd_ctr version
  make_pause_image "$CLUSTER/pause.tar"
  containerd_ctr images import "$CLUSTER/pause.tar"

  kubelet_config >"$CLUSTER/kubelet.yaml"
  launch "$CLUSTER" kubelet "${PREFIX[@]}" "$(binary kubernetes)" kubelet \
    --kubeconfig="$CLUSTER/kubelet.kubeconfig" --config="$CLUSTER/kubelet.yaml" --node-ip=$NODE_ADDRESS \
    --hostname-override=$NODE_NAME --root-dir="$CLUSTER/kubelet" --cert-dir="$CLUSTER/kubelet/pki"
  launch "$CLUSTER" proxy "${PREFIX[@]}" "$(binary kubernetes)" kube-proxy --kubeconfig="$CLUSTER/proxy.kubeconfig" \
    --hostname-override=$NODE_NAME --proxy-mode=iptables --cluster-cidr=$PODS --conntrack-max-per-core=0 \
    --conntrack-tcp-timeout-established=0 --conntrack-tcp-timeout-close-wait=0
  admin_kubectl "$CLUSTER" create clusterrolebinding distomon-e2e-coredns --clusterrole=view --user=coredns
  dns_config >"$CLUSTER/Corefile"
  launch "$CLUSTER" coredns "${PREFIX[@]}" "$(binary coredns)" -conf "$CLUSTER/Corefile"
}

wait_for_node() {
  became_ready "$CLUSTER" kubelet 60 node_is_ready
  became_ready "$CLUSTER" coredns 60 dns_is_ready
  became_ready "$CLUSTER" controller-manager 60 admin_kubectl "$CLUSTER" get serviceaccount default -n default
  mv "$CLUSTER/admin.kubeconfig" "$CLUSTER/kubeconfig"
}

node_is_ready() {
  [ "$(admin_kubectl "$CLUSTER" get node $NODE_NAME -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}')" = True ]
}

# What its `ready` plugin answers once it has read all Services.
dns_is_ready() {
  nsenter "--net=$CLUSTER/net" bash -c 'exec 3<>/dev/tcp/127.0.0.1/8181; printf "GET /ready HTTP/1.0\r\n\r\n" >&3; head -n 1 <&3' |
    grep -q ' 200 '
}

containerd_ctr() { "$(program ctr)" -a "$CLUSTER/containerd.sock" -n k8s.io "$@"; }

containerd_config() {
  cat <<END
version = 2
root = "$CLUSTER/containerd"
state = "$CLUSTER/containerd-state"
[grpc]
  address = "$CLUSTER/containerd.sock"
[ttrpc]
  address = "$CLUSTER/containerd.sock.ttrpc"
[plugins."io.containerd.internal.v1.opt"]
  path = "$CLUSTER/containerd-opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  # Without it runc fails here with "can't get final child's PID from pipe".
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  stream_server_address = "127.0.0.1"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "$(cni_directory)"
    conf_dir = "$CLUSTER/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      BinaryName = "$(program runc)"
      Root = "$CLUSTER/runc"
      SystemdCgroup = false
END
}

cni_config() {
  cat <<END
{
  "cniVersion": "0.4.0",
  "name": "$CGROUP",
  "plugins": [
    {
      "type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "hairpinMode": true,
      "ipam": {
        "type": "host-local", "dataDir": "$CLUSTER/cni-addresses",
        "ranges": [[{"subnet": "10.244.0.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]
      }
    },
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
END
}

kubelet_config() {
  cat <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $NODE_ADDRESS
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: $CLUSTER/pki/ca.crt}
authorization: {mode: Webhook}
containerRuntimeEndpoint: unix://$CLUSTER/containerd.sock
cgroupDriver: cgroupfs
cgroupRoot: /$CGROUP
failCgroupV1: false
failSwapOn: false
clusterDomain: cluster.local
clusterDNS: [$NODE_ADDRESS]
resolvConf: ""
podLogsDir: $CLUSTER/pod-logs
volumePluginDir: $CLUSTER/kubelet-volume-plugins
# A full disk of a developer's is no reason to evict a test's pods or to drop images that nobody can pull again.
evictionHard: {memory.available: 50Mi, nodefs.available: 1%, nodefs.inodesFree: 1%, imagefs.available: 1%}
imageGCHighThresholdPercent: 100
END
}

dns_config() {
  cat <<END
.:53 {
    bind $NODE_ADDRESS
    errors
    health 127.0.0.1:8180
    ready 127.0.0.1:8181
    cache 5
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        kubeconfig $CLUSTER/coredns.kubeconfig
        ttl 5
    }
}
END
}

# ---- Control groups: the kubelet's root is a directory of ours in every hierarchy (v1) or in the one (v2) --------

cgroup_roots() {
  local root
  for root in /sys/fs/cgroup /sys/fs/cgroup/*; do
    if [ -e "$root/cgroup.procs" ] && [ ! -L "$root" ] && mountpoint -q "$root"; then echo "$root"; fi
  done
}

make_cgroups() {
  local root controller name
  for root in $(cgroup_roots); do
    if [ "$(stat -fc %T "$root")" = cgroup2fs ] && [ -s "$root/cgroup.controllers" ]; then
      for controller in cpuset cpu io memory hugetlb pids; do
        # A controller that this kernel lacks or that v1 holds is not the end: the kubelet says what it misses.
        echo "+$controller" >"$root/cgroup.subtree_control" || echo "no controller $controller in $root"
      done
    fi
    mkdir -p "$root/$CGROUP"
    # cpuset (v1): a new directory has no processors until it is given some.
    for name in cpuset.cpus cpuset.mems; do
      if [ -e "$root/$name" ] && [ -z "$(cat "$root/$CGROUP/$name")" ]; then cat "$root/$name" >"$root/$CGROUP/$name"; fi
    done
  done
}

our_cgroups() {
  local root
  for root in $(cgroup_roots); do
    [ ! -d "$root/$CGROUP" ] || find "$root/$CGROUP" -depth -type d
  done
}

# ---- Down: works from what is there, so it does not matter how the cluster ended -----------------------------

cluster_down() {
  need_root 'e2e/cluster down'
  if [ ! -e "$STATE" ]; then
    say "✓ nothing to remove"
    return
  fi
  locked cluster
  if [ -e "$CLUSTER" ]; then
    step "stop the cluster and remove what it made" "$STATE/cluster-down.log" \
      "\`grep $CLUSTER /proc/mounts\` and \`ps axww | grep $CLUSTER\` show what is left; end it and run this again" cluster_remove
  else
    say "✓ nothing to remove"
  fi
  leave_state cluster
}

cluster_remove() {
  local name value
  end_outside
  end_processes "$CLUSTER"
  end_containers
  unmount_below "$CLUSTER"
  eventually 10 remove_cgroups
  remove_shared_files
  if [ -e "$CLUSTER/machine-settings" ]; then
    while read -r name value; do echo "$value" >"/proc/sys/$name"; done <"$CLUSTER/machine-settings"
  fi
  rm -rf --one-file-system "$CLUSTER"
}

# Files of ours in directories that we share with others of our kind.
remove_shared_files() {
  local file socket
  # Shims' sockets.
  for file in "$CLUSTER"/containerd-state/io.containerd.runtime.v2.task/k8s.io/*/address; do
    [ -e "$file" ] || continue
    socket=$(cat "$file")
    case $socket in unix:///run/containerd/s/*) rm -f "${socket#unix://}" ;; esac
  done
  # What CNI remembers of each pod.
  for file in "$CLUSTER"/containerd-state/io.containerd.grpc.v1.cri/sandboxes/*; do
    rm -f "/var/lib/cni/results/cni-loopback-${file##*/}-lo" "/var/lib/cni/results/$CGROUP-${file##*/}-eth0"
  done
  # The kubelet's links to pods' logs.
  [ ! -d /var/log/containers ] || find /var/log/containers -maxdepth 1 -type l -lname "$CLUSTER/*" -delete
  if [ -e "$CLUSTER/new-directories" ]; then
    # Our kubelet's, as it was the only one.
    if grep -qx /var/lib/kubelet/device-plugins "$CLUSTER/new-directories"; then
      rm -f /var/lib/kubelet/device-plugins/kubelet.sock
    fi
    xargs -r rmdir --ignore-fail-on-non-empty <"$CLUSTER/new-directories" 2>/dev/null || true
  fi
}

# Containers outlive containerd; their shims do too, and hold their log pipes.
end_containers() {
  local directory
  for directory in $(our_cgroups); do
    # A frozen process (v1) dies only when thawed.
    if [ -e "$directory/freezer.state" ]; then echo THAWED >"$directory/freezer.state"; fi
  done
  eventually 10 no_process_in_cgroups
  eventually 10 no_shim
}

no_process_in_cgroups() {
  local directory pids='' pid
  for directory in $(our_cgroups); do
    pids+=" $(tr '\n' ' ' <"$directory/cgroup.procs" 2>/dev/null || true)"
  done
  for pid in $pids; do kill -KILL "$pid" 2>/dev/null || true; done
  [ -z "${pids// /}" ]
}

no_shim() {
  local command pid line found=
  for command in /proc/[0-9]*/cmdline; do
    line=$(tr '\0' ' ' <"$command" 2>/dev/null) || continue
    case $line in
      *containerd-shim*" -address $CLUSTER/containerd.sock "*)
        pid=${command#/proc/}
        kill -KILL "${pid%/cmdline}" 2>/dev/null || true
        found=1
        ;;
    esac
  done
  [ -z "$found" ]
}

remove_cgroups() {
  local directory
  for directory in $(our_cgroups); do
    rmdir "$directory" 2>/dev/null || true
  done
  [ -z "$(our_cgroups)" ]
}

unmount_below() {
  local mount
  # mountinfo: field 5 is the mount point; the last mounted comes first here.
  awk -v below="$1/" 'index($5, below) == 1 {print $5}' /proc/self/mountinfo | tac | while read -r mount; do
    mount=$(printf '%b' "$mount")
    umount "$mount" 2>/dev/null || umount -l "$mount" || true
  done
  [ -z "$(awk -v below="$1/" 'index($5, below) == 1 {print $5}' /proc/self/mountinfo)" ]
}

# ---- Status ----------------------------------------------------------------------------------------------------

cluster_status() {
  if ! [ -e "$CLUSTER" ]; then
    say "the cluster is not up: e2e/cluster up"
    return 1
  fi
  if ! cluster_is_up; then
    say "the cluster is broken or on its way (\`e2e/cluster up\` replaces it, \`e2e/cluster down\` removes it):"
    processes "$CLUSTER"
    return 1
  fi
  say "the cluster is up, state in $CLUSTER"
  processes "$CLUSTER"
  admin_kubectl "$CLUSTER" get nodes,pods -A -o wide
}
