# `e2e/cluster api`: the control plane alone (etcd, API server, controller manager) on free loopback ports, as an
# ordinary user. Enough for server-side apply, CEL, status, RBAC and garbage collection; no pods run.
# shellcheck shell=bash

API=$STATE/api

api_up() {
  locked api
  if api_is_up; then
    say "✓ already up"
    echo "$API/kubeconfig"
    return
  fi
  if [ -e "$API" ]; then
    say "… a control plane that ended was left here, removing it"
    api_remove
  fi
  need_packages "$API_PROGRAMS"
  need_binary kubernetes
  step "start etcd, API server and controller manager" "$STATE/api-up.log" \
    "look into $API/log; \`e2e/cluster api down\` removes it" api_start
  echo "$API/kubeconfig"
}

api_is_up() { [ -s "$API/kubeconfig" ] && alive "$API" etcd && alive "$API" apiserver && alive "$API" controller-manager; }

api_start() {
  local port etcd_port server
  mkdir -p "$API"
  port=$(free_port)
  etcd_port=$(free_port)
  server=https://127.0.0.1:$port
  make_certificates "$API" 127.0.0.1 localhost
  make_user "$API" "$server" "$API/admin.kubeconfig" admin system:masters
  make_user "$API" "$server" "$API/controller-manager.kubeconfig" system:kube-controller-manager
  launch_etcd "$API" "$etcd_port" "$(free_port)"
  write_audit_policy >"$API/audit-policy.yaml"
  launch_apiserver "$API" "$etcd_port" --bind-address=127.0.0.1 --advertise-address=127.0.0.1 --secure-port="$port" \
    --authorization-mode=RBAC --endpoint-reconciler-type=none --service-cluster-ip-range=10.96.0.0/16 \
    --audit-policy-file="$API/audit-policy.yaml" --audit-log-path="$API/audit.log"
  became_ready "$API" apiserver 60 admin_kubectl "$API" get --raw /readyz
  launch_controller_manager "$API"
  # Its first visible work. From here on pods can be created and owner references are followed.
  became_ready "$API" controller-manager 60 admin_kubectl "$API" get serviceaccount default -n default
  mv "$API/admin.kubeconfig" "$API/kubeconfig"
}

# Who writes what, in audit.log: what tests count writes by.
write_audit_policy() {
  cat <<'END'
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - {level: None, verbs: [get, list, watch]}
  - {level: Metadata}
END
}

api_down() { part_down api "$API" 'stop the control plane' api_remove; }

api_remove() {
  end_processes "$API"
  rm -rf --one-file-system "$API"
}

api_status() {
  if api_is_up; then
    say "API server, etcd and controller manager are up (no pods run here)"
    processes "$API"
    echo "$API/kubeconfig"
  else
    say "the control plane is not up: e2e/cluster api up"
    return 1
  fi
}

# ---- The parts that the whole cluster runs too. PREFIX is empty or enters the network namespace. -----------------

PREFIX=()

launch_etcd() { # DIRECTORY CLIENT-PORT PEER-PORT
  launch "$1" etcd "${PREFIX[@]}" "$(program etcd)" --data-dir "$1/etcd" --unsafe-no-fsync --logger zap --log-level warn \
    --listen-client-urls "http://127.0.0.1:$2" --advertise-client-urls "http://127.0.0.1:$2" \
    --listen-peer-urls "http://127.0.0.1:$3" --initial-advertise-peer-urls "http://127.0.0.1:$3" \
    --initial-cluster "default=http://127.0.0.1:$3"
}

launch_apiserver() { # DIRECTORY ETCD-PORT FLAG...
  local directory=$1 etcd_port=$2 pki=$1/pki
  shift 2
  launch "$directory" apiserver "${PREFIX[@]}" "$(binary kubernetes)" kube-apiserver \
    --etcd-servers="http://127.0.0.1:$etcd_port" --cert-dir="$pki" \
    --tls-cert-file="$pki/apiserver.crt" --tls-private-key-file="$pki/apiserver.key" --token-auth-file="$pki/tokens.csv" \
    --service-account-issuer=https://kubernetes.default.svc --service-account-key-file="$pki/service-accounts.pub" \
    --service-account-signing-key-file="$pki/service-accounts.key" "$@"
}

launch_controller_manager() { # DIRECTORY FLAG...
  local directory=$1
  shift
  launch "$directory" controller-manager "${PREFIX[@]}" "$(binary kubernetes)" kube-controller-manager \
    --kubeconfig="$directory/controller-manager.kubeconfig" --leader-elect=false --secure-port=0 \
    --service-account-private-key-file="$directory/pki/service-accounts.key" --root-ca-file="$directory/pki/ca.crt" \
    --use-service-account-credentials --flex-volume-plugin-dir="$directory/volume-plugins" "$@"
}

# admin_kubectl DIRECTORY [ARG...]: as admin, before the kubeconfig has its final name too.
admin_kubectl() {
  local directory=$1 kubeconfig=$1/kubeconfig
  shift
  [ -e "$kubeconfig" ] || kubeconfig=$directory/admin.kubeconfig
  "$(binary kubernetes)" kubectl --kubeconfig "$kubeconfig" --cache-dir "$directory/kubectl-cache" "$@"
}

# processes DIRECTORY: one line each, with its memory.
processes() {
  local name pid
  for name in $(recorded "$1"); do
    if pid=$(process_of "$1" "$name"); then
      printf '  %-20s pid %-8s %5d MiB\n' "$name" "$pid" "$(($(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status") / 1024))" >&2
    else
      printf '  %-20s ended, see %s\n' "$name" "$1/log/$name.log" >&2
    fi
  done
}
